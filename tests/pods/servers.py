"""The servers of a pod's small world: STS and S3 over TLS, DNS, proxies, the metadata service, and addresses that swallow packets."""
import datetime
import email.utils
import json
import socket
import ssl
import struct
import threading
import time
import urllib.parse

NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/"


def refusal(code, status, sentence):
    return status, f'<ErrorResponse xmlns="{NAMESPACE}"><Error><Type>Sender</Type><Code>{code}</Code><Message>{sentence}</Message></Error><RequestId>7a62c49f-0b7a-4b7b-9d2e-6a0f0a3a4f11</RequestId></ErrorResponse>'


def s3_refusal(code, status, sentence):
    return status, f"<Error><Code>{code}</Code><Message>{sentence}</Message><RequestId>4442587FB7D0A2F9</RequestId></Error>"


def issued(fields):
    role = fields["RoleArn"]
    session = role.replace(":iam:", ":sts:").replace(":role/", ":assumed-role/").rsplit("/", 1)
    name = session[0].split(":assumed-role")[0] + ":assumed-role/" + role.rsplit("/", 1)[1] + "/" + fields["RoleSessionName"]
    expires = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    action = fields["Action"]
    issued.last = name
    return 200, (f'<{action}Response xmlns="{NAMESPACE}"><{action}Result><Credentials><AccessKeyId>ASIAPODPODPODPODPOD1</AccessKeyId>'
                 f"<SecretAccessKey>podpodpodpodpodpodpodpodpodpodpodpodpodx</SecretAccessKey><SessionToken>podsessiontoken</SessionToken><Expiration>{expires}</Expiration></Credentials>"
                 f"<AssumedRoleUser><AssumedRoleId>AROAPODPODPODPODPOD1:{fields['RoleSessionName']}</AssumedRoleId><Arn>{name}</Arn></AssumedRoleUser>"
                 f"</{action}Result><ResponseMetadata><RequestId>7a62c49f-0b7a-4b7b-9d2e-6a0f0a3a4f11</RequestId></ResponseMetadata></{action}Response>")


def caller(_):
    return 200, (f'<GetCallerIdentityResponse xmlns="{NAMESPACE}"><GetCallerIdentityResult><Arn>{issued.last}</Arn><UserId>AROAPODPODPODPODPOD1:pod</UserId>'
                 "<Account>111122223333</Account></GetCallerIdentityResult></GetCallerIdentityResponse>")


def plain_http(connection):
    connection.recv(1)
    connection.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")


def read_request(stream):
    line = stream.readline().decode("latin-1").split()
    headers = {}
    while (header := stream.readline().decode("latin-1").strip()):
        name, _, value = header.partition(":")
        headers[name.lower()] = value.strip()
    return line, headers, stream.read(int(headers.get("content-length", 0))).decode("latin-1")


class Aws:
    """Answers for STS and S3. An action that the scenario does not script gets what AWS would answer a healthy pod."""

    def __init__(self, answers, clock=0):
        self.answers = {"AssumeRoleWithWebIdentity": issued, "AssumeRole": issued, "GetCallerIdentity": caller} | answers
        self.clock = clock

    def serve(self, connection):
        stream = connection.makefile("rb")
        line, headers, body = read_request(stream)
        if not line:
            return
        if ".s3." in headers.get("host", ""):
            fields, answer = {}, self.answers.get("s3", (200, "<ListBucketResult><Name>bucket</Name><KeyCount>0</KeyCount></ListBucketResult>"))
        else:
            fields = dict(urllib.parse.parse_qsl(body)) | dict(urllib.parse.parse_qsl(line[1].partition("?")[2]))
            answer = self.answers.get(fields.get("Action"), (404, "not here"))
        if answer is None:
            time.sleep(60)
            return
        if answer == "close":
            return
        status, text = answer(fields) if callable(answer) else answer
        kind = "text/html" if "<html" in text else "text/xml"
        date = email.utils.formatdate(time.time() + self.clock, usegmt=True)
        location = "Location: https://login.example/\r\n" if 300 <= status < 400 else ""
        payload = text.encode()
        connection.sendall(f"HTTP/1.1 {status} X\r\nDate: {date}\r\nContent-Type: {kind}\r\n{location}Content-Length: {len(payload)}\r\nConnection: close\r\n\r\n".encode() + payload)


def listen(address, port, serve, certificate=None):
    """Serves each connection in a thread, over TLS if there is a certificate."""
    context = None
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
    server = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server.bind((address, port))
    server.listen(16)

    def handle(connection):
        try:
            with connection if context is None else context.wrap_socket(connection, server_side=True) as secured:
                serve(secured)
        except OSError:
            pass

    def accept():
        while True:
            connection, _ = server.accept()
            threading.Thread(target=handle, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()


def black_hole(address, port, keep=[]):
    """A listener whose queue is full: the kernel drops further SYN packets, as a firewall without an answer does."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    server = socket.socket(family)
    server.bind((address, port))
    server.listen(0)
    keep.append(server)
    for _ in range(3):
        client = socket.socket(family)
        client.setblocking(False)
        client.connect_ex((address, port))
        keep.append(client)


def proxy(mode, certificate):
    """A proxy for CONNECT: refuses with a status, answers with a page, inspects TLS, tunnels, or hangs."""
    def serve(connection):
        stream = connection.makefile("rb", buffering=0)
        line, _, _ = read_request(stream)
        if isinstance(mode, int):
            connection.sendall(f"HTTP/1.1 {mode} X\r\nProxy-Authenticate: Basic realm=\"proxy\"\r\nContent-Length: 0\r\n\r\n".encode())
        elif mode == "page":
            page = b"<html><body>Sign in</body></html>"
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(page) + page)
        elif mode == "hang":
            time.sleep(60)
        elif mode in ("inspect", "tunnel"):
            connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            if mode == "inspect":
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.load_cert_chain(certificate)
                context.wrap_socket(connection, server_side=True).recv(1)
            else:
                host, port = line[1].rsplit(":", 1)
                other = socket.create_connection((host, int(port)))
                threading.Thread(target=pump, args=(other, connection), daemon=True).start()
                pump(connection, other)
    return serve


def pump(source, target):
    while (data := source.recv(65536)):
        target.sendall(data)
    target.shutdown(socket.SHUT_WR)


def metadata(mode):
    """The metadata service: version 2 answers, only version 1 answers, or all is refused."""
    def serve(connection):
        line, _, _ = read_request(connection.makefile("rb"))
        if not line or (mode == "v1" and line[0] == "PUT"):
            time.sleep(2)
            return
        status = 403 if mode == "refuse" else 200
        connection.sendall(f"HTTP/1.1 {status} X\r\nContent-Length: 1\r\nConnection: close\r\n\r\nx".encode())
    return serve


def dns(records, mode):
    """A DNS server: answers from the records; loses what is asked in the first seconds ("lost"), never answers ("dead"), or fails ("fails")."""
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.53", 53))

    def answer():
        seen = {}
        while True:
            query, sender = server.recvfrom(4096)
            if mode == "dead":
                continue
            end = query.index(0, 12) + 1
            labels, position = [], 12
            while query[position]:
                labels.append(query[position + 1:position + 1 + query[position]].decode())
                position += 1 + query[position]
            name, (kind,) = ".".join(labels), struct.unpack("!H", query[end:end + 2])
            if mode == "lost" and time.monotonic() - seen.setdefault((name, kind), time.monotonic()) < 4:
                continue
            addresses = [a for a in records.get(name, []) if (":" in a) == (kind == 28)] if kind in (1, 28) else []
            code = 2 if mode == "fails" else 0 if name in records else 3
            body = b"".join(b"\xc0\x0c" + struct.pack("!HHIH", kind, 1, 5, len(raw)) + raw
                            for raw in (socket.inet_pton(socket.AF_INET6 if ":" in a else socket.AF_INET, a) for a in addresses))
            server.sendto(query[:2] + struct.pack("!HHHHH", 0x8180 | code, 1, len(addresses), 0, 0) + query[12:end + 4] + body, sender)

    threading.Thread(target=answer, daemon=True).start()


def token(issuer, subject, audience, issued_at=-600, expires=85800, **more):
    """A token as the kubelet writes it; nobody verifies its signature here."""
    import base64

    def part(value):
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    now = int(time.time())
    claims = {"aud": [audience], "exp": now + expires, "iat": now + issued_at, "nbf": now + issued_at, "iss": issuer, "sub": subject,
              "kubernetes.io": {"namespace": "shop", "pod": {"name": "orders-1"}}} | more
    return f"{part({'alg': 'RS256', 'kid': 'key1'})}.{part(claims)}.{'c2lnbmF0dXJl' * 20}"
