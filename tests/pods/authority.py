"""Certificates for the pods: an authority of their own, a second one that nobody trusts, and certificates that are not valid now."""
import os
import subprocess

NAMES = ["sts.eu-west-1.amazonaws.com", "sts.eu-west-1.api.aws", "sts-fips.us-east-1.amazonaws.com", "sts.eu-north-1.amazonaws.com",
         "sts.us-gov-west-1.amazonaws.com", "s3.eu-west-1.amazonaws.com", "bucket.s3.eu-west-1.amazonaws.com"]

CONFIGURATION = """
[ca]
default_ca = pods
[pods]
database = {directory}/index
new_certs_dir = {directory}
default_md = sha256
policy = any
unique_subject = no
rand_serial = yes
copy_extensions = copy
x509_extensions = server
[any]
commonName = supplied
[server]
basicConstraints = CA:FALSE
"""


def openssl(*arguments):
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)


def create(directory):
    """Writes good.pem, expired.pem, future.pem, other-host.pem, other-authority.pem (key and certificate) and authority.pem."""
    def at(name):
        return os.path.join(directory, name)

    with open(at("configuration"), "w", encoding="ascii") as file:
        file.write(CONFIGURATION.format(directory=directory))
    open(at("index"), "w", encoding="ascii").close()
    for authority in ("authority", "inspection"):
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30", "-subj", f"/CN=Pods {authority}",
                "-keyout", at(f"{authority}.key"), "-out", at(f"{authority}.pem"))
    openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", at("server.key"))
    names = ",".join(f"DNS:{name}" for name in NAMES)
    for name, authority, alternatives, start, end in [
        ("good", "authority", names, None, None),
        ("expired", "authority", names, "20200101000000Z", "20210101000000Z"),
        ("future", "authority", names, "20900101000000Z", "20910101000000Z"),
        ("other-host", "authority", "DNS:intranet.example", None, None),
        ("other-authority", "inspection", names, None, None),
    ]:
        openssl("req", "-new", "-key", at("server.key"), "-subj", "/CN=server", "-addext", f"subjectAltName={alternatives}", "-out", at("request"))
        times = ["-startdate", start, "-enddate", end] if start else ["-days", "20"]
        openssl("ca", "-batch", "-notext", "-config", at("configuration"), "-cert", at(f"{authority}.pem"), "-keyfile", at(f"{authority}.key"),
                *times, "-in", at("request"), "-out", at("certificate"))
        with open(at(f"{name}.pem"), "wb") as chain:
            for part in ("server.key", "certificate"):
                with open(at(part), "rb") as file:
                    chain.write(file.read())
