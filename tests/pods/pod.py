"""Runs one scenario inside the namespaces that ./run made for it, and prints what the tool said as JSON."""
import json
import os
import subprocess
import sys
import time

import scenarios
import servers

ADDRESSES = {"sts": "10.9.0.1", "s3": "10.9.0.2", "proxy": "10.9.0.3", "hole": "10.9.0.4", "closed": "10.9.0.5"}
IPV6 = {"sts": "2001:db8::1", "hole": "2001:db8::4"}


def command(*arguments):
    subprocess.run(arguments, check=True, stdout=sys.stderr)


def mount_file(text, target, directory):
    path = os.path.join(directory, os.path.basename(target))
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    command("mount", "--bind", path, os.path.realpath(target))


def build(pod, lab, directory):
    command("ip", "link", "set", "lo", "up")
    for address in [*ADDRESSES.values(), "169.254.169.254"]:
        command("ip", "address", "add", f"{address}/32", "dev", "lo")
    for address in IPV6.values():
        command("ip", "-6", "address", "add", f"{address}/128", "dev", "lo", "nodad")

    if pod.only_ipv6:
        command("ip", "link", "add", "pod0", "type", "veth", "peer", "name", "node0")
        for link in ("node0", "pod0"):
            command("ip", "link", "set", link, "up")
        command("ip", "-6", "address", "add", "2001:db8::9/128", "dev", "pod0", "nodad")

    # A name has STS's own address unless the scenario gives it others.
    names = {name: ["10.9.0.2" if "s3" in name else "10.9.0.1"] for name in scenarios.NAMES} | {"proxy.example": ["10.9.0.3"]}
    names |= {name: [({"6": IPV6}.get(a[0], ADDRESSES))[a.lstrip("6")] if a.lstrip("6") in ADDRESSES else a for a in addresses] for name, addresses in pod.names.items()}
    lines = [f"{address} {name}" for name, addresses in names.items() for address in addresses] if pod.dns is None else []
    mount_file("127.0.0.1 localhost\n" + "\n".join(lines) + "\n", "/etc/hosts", directory)
    mount_file("nameserver 127.0.0.53\n", "/etc/resolv.conf", directory)
    servers.dns(names if pod.dns else {}, pod.dns or "answers")

    aws = servers.Aws(pod.sts, pod.clock)
    certificate = None if pod.certificate is None else os.path.join(lab, f"{pod.certificate}.pem")
    for address in ("10.9.0.1", "10.9.0.2", IPV6["sts"]):
        servers.listen(address, 443, servers.plain_http if pod.certificate is None and address != "10.9.0.2" else aws.serve, certificate if address != "10.9.0.2" else os.path.join(lab, "good.pem"))
    servers.listen("10.9.0.1", 80, aws.serve)
    for address in (ADDRESSES["hole"], IPV6["hole"]):
        servers.black_hole(address, 443)
    if pod.proxy:
        servers.listen("10.9.0.3", 3128, servers.proxy(pod.proxy, os.path.join(lab, "other-authority.pem")))
    if pod.metadata:
        servers.listen("169.254.169.254", 80, servers.metadata(pod.metadata))


def environment(pod, lab, directory):
    volume = os.path.join(directory, "serviceaccount")
    os.makedirs(os.path.join(volume, "..2026"))
    content = pod.token if pod.token is not None else servers.token(scenarios.ISSUER, "system:serviceaccount:shop:orders", "sts.amazonaws.com", **pod.claims)
    with open(os.path.join(volume, "..2026", "token"), "wb") as file:
        content = content() if callable(content) else content
        file.write(content if isinstance(content, bytes) else content.encode())
    os.symlink("..2026", os.path.join(volume, "..data"))
    os.symlink("..data/token", os.path.join(volume, "token"))
    variables = {
        "PATH": os.environ["PATH"], "HOME": directory, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1", "DOTNET_NOLOGO": "1",
        "KUBERNETES_SERVICE_HOST": "10.100.0.1", "AWS_REGION": "eu-west-1", "AWS_ROLE_ARN": scenarios.ROLE,
        "AWS_WEB_IDENTITY_TOKEN_FILE": os.path.join(volume, "token"), "SSL_CERT_FILE": os.path.join(lab, "authority.pem"), "SSL_CERT_DIR": os.path.join(lab, "empty"),
    }
    if "DOTNET_ROOT" in os.environ:
        variables["DOTNET_ROOT"] = os.environ["DOTNET_ROOT"]
    variables |= {name: value.replace("{token}", variables["AWS_WEB_IDENTITY_TOKEN_FILE"]) if value else value for name, value in pod.env.items()}
    if pod.no_authorities:
        command("mount", "-t", "tmpfs", "tmpfs", "/etc/ssl/certs")
    return {name: value for name, value in variables.items() if value is not None}


def run(tool, arguments, variables):
    started = time.monotonic()
    try:
        done = subprocess.run([*tool, *arguments], env=variables, capture_output=True, text=True, timeout=45, check=False)
        return {"exit": done.returncode, "out": done.stdout, "err": done.stderr, "seconds": time.monotonic() - started}
    except subprocess.TimeoutExpired as late:
        return {"exit": None, "out": str(late.stdout), "err": str(late.stderr), "seconds": time.monotonic() - started}


def main():
    name, lab, directory, *tool = sys.argv[1:]
    pod = next(pod for pod in scenarios.PODS if pod.name == name)
    build(pod, lab, directory)
    variables = environment(pod, lab, directory)
    answers = {"doctor": run(tool, ["doctor", "--json", *pod.arguments], variables)}
    if pod.library != "none":
        answers["exchange"] = run(tool, ["exchange", *([] if "--s3" in pod.arguments else pod.arguments)], variables)
    if pod.compare is not None:
        with open(os.path.join(directory, "role.json"), "w", encoding="utf-8") as file:
            file.write(pod.compare)
        answers["trust-policy"] = run(tool, ["trust-policy", "--compare", file.name], variables)
    print(json.dumps(answers))


main()
