"""
The pods: what is broken, and what a good answer is. `check` shows the finding `id`, whose cause has the words `says` and whose remedy the words
`do`; `never` are words that the report must not have. `library` is the id that the library's own exchange ends with: the same one if the doctor
fails, "ok" if it passes, "none" if it is not run.
"""
import base64
import dataclasses
import json

from authority import NAMES  # noqa: F401 (pod.py reads it here)
from servers import caller, refusal, s3_refusal, token

ISSUER = "https://oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE"
ROLE = "arn:aws:iam::111122223333:role/orders"
OTHER = "https://oidc.eks.eu-west-1.amazonaws.com/id/0000000000000000000000000000000B"
SECOND = "arn:aws:iam::999922223333:role/second"
STS = "sts.eu-west-1.amazonaws.com"
PROXY = {"HTTPS_PROXY": "http://proxy.example:3128"}
TRUSTED = "Not authorized to perform sts:AssumeRoleWithWebIdentity"
USER = "User: arn:aws:sts::111122223333:assumed-role/orders/orders-1 is not authorized to perform:"


@dataclasses.dataclass
class Pod:
    name: str
    id: str | None = None
    check: str = ""
    says: tuple = ()
    do: tuple = ()
    never: tuple = ()
    exit: int = 2
    library: str | None = None
    limit: float = 10
    library_limit: float = 30
    env: dict = dataclasses.field(default_factory=dict)
    arguments: tuple = ()
    names: dict = dataclasses.field(default_factory=dict)
    dns: str | None = None
    sts: dict = dataclasses.field(default_factory=dict)
    clock: float = 0
    certificate: str | None = "good"
    no_authorities: bool = False
    only_ipv6: bool = False
    proxy: object = None
    metadata: str | None = None
    token: object = None
    claims: dict = dataclasses.field(default_factory=dict)
    # What the command trust-policy --compare is given, what it says of it, and its exit code.
    compare: str | None = None
    compare_says: tuple = ()
    compare_exit: int = 2


def web(code, status, sentence):
    return {"AssumeRoleWithWebIdentity": refusal(code, status, sentence)}


def chained(sentence):
    return {"arguments": ("--assume-role", SECOND), "sts": {"AssumeRole": refusal("AccessDenied", 403, sentence)}}


def trust(issuer="oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE", subject="system:serviceaccount:shop:orders", action="sts:AssumeRoleWithWebIdentity", test="StringEquals", **conditions):
    """A role's trust policy."""
    return {"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"Federated": f"arn:aws:iam::111122223333:oidc-provider/{issuer}"}, "Action": action,
        "Condition": {test: {f"{issuer}:aud": "sts.amazonaws.com", f"{issuer}:sub": subject}} | conditions}]}


def role(arn, policy):
    """The answer of aws iam get-role."""
    return json.dumps({"Role": {"RoleName": arn.rsplit("/", 1)[1], "Arn": arn, "AssumeRolePolicyDocument": policy}}, indent=2)


def usual(**claims):
    return token(claims.pop("issuer", ISSUER), claims.pop("subject", "system:serviceaccount:shop:orders"), claims.pop("audience", "sts.amazonaws.com"), **claims)


PODS = [
    Pod("Healthy", exit=0, library="ok"),
    Pod("Healthy, behind a proxy that tunnels", exit=0, library="ok", env=PROXY, proxy="tunnel", check="network", says=("proxy.example:3128",)),

    # Variables
    Pod("AWS_USE_FIPS_ENDPOINT with AWS_ENDPOINT_URL_STS", "IRSA109", "variables", ("AWS_USE_FIPS_ENDPOINT", "AWS_ENDPOINT_URL_STS"), ("Remove",),
        env={"AWS_USE_FIPS_ENDPOINT": "true", "AWS_ENDPOINT_URL_STS": f"https://{STS}"}),
    Pod("AWS_USE_DUALSTACK_ENDPOINT with AWS_ENDPOINT_URL", "IRSA109", "variables", ("AWS_USE_DUALSTACK_ENDPOINT", "AWS_ENDPOINT_URL"), ("Remove",),
        env={"AWS_USE_DUALSTACK_ENDPOINT": "true", "AWS_ENDPOINT_URL": f"https://{STS}"}),
    Pod("Endpoint is http of another host", "IRSA111", "variables", ("http://", "AWS_ENDPOINT_URL_STS"), ("https",), env={"AWS_ENDPOINT_URL_STS": f"http://{STS}"}),
    Pod("GovCloud role written arn:aws:, endpoint of GovCloud set", "IRSA108", "role", ("aws-us-gov", "partition"), ("partition",),
        env={"AWS_REGION": "us-gov-west-1", "AWS_ENDPOINT_URL_STS": "https://sts.us-gov-west-1.amazonaws.com"}),
    Pod("Container of kubectl debug: no variables", "IRSA101", "variables", ("AWS_ROLE_ARN is not set",), ("kubectl debug",),
        env={"AWS_ROLE_ARN": None, "AWS_WEB_IDENTITY_TOKEN_FILE": None}),
    Pod("ECS task", "IRSA101", "variables", ("ECS",), ("Injected",), ("kubectl",),
        env={"AWS_ROLE_ARN": None, "AWS_WEB_IDENTITY_TOKEN_FILE": None, "KUBERNETES_SERVICE_HOST": None, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2/credentials/1",
             "ECS_CONTAINER_METADATA_URI_V4": "http://169.254.170.2/v4/1"}),
    Pod("Pod Identity instead of IRSA", "IRSA110", "variables", ("AWS_CONTAINER_CREDENTIALS_FULL_URI",), ("PodIdentity",),
        env={"AWS_ROLE_ARN": None, "AWS_WEB_IDENTITY_TOKEN_FILE": None, "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://169.254.170.23/v1/credentials"}),
    Pod("No region", "IRSA107", "variables", ("AWS_REGION is not set",), ("Set AWS_REGION",), env={"AWS_REGION": None}),
    Pod("Region is an availability zone", "IRSA108", "role", ("availability zone",), ("Set AWS_REGION",), env={"AWS_REGION": "eu-west-1a"}),
    Pod("Role is a policy's ARN", "IRSA104", "role", ("not a valid IAM role ARN",), ("kubectl annotate",), env={"AWS_ROLE_ARN": "arn:aws:iam::111122223333:policy/orders"}),
    Pod("Token path ends with a line feed", "IRSA105", "token file", ("white space or a line break",), ("manifest",), ("delete pod",), env={"AWS_WEB_IDENTITY_TOKEN_FILE": "{token}\n"}),
    Pod("Token path rewritten by Git Bash", "IRSA105", "token file", ("Git Bash",), ("MSYS_NO_PATHCONV=1",), ("nodeSelector",),
        env={"AWS_WEB_IDENTITY_TOKEN_FILE": "C:/Program Files/Git/var/run/secrets/eks.amazonaws.com/serviceaccount/token"}),
    Pod("Volume not mounted", "IRSA201", "token file", ("does not exist",), ("aws-iam-token",), env={"AWS_WEB_IDENTITY_TOKEN_FILE": "/var/run/secrets/none/token"}),

    # Tokens
    Pod("CSI driver wrote JSON", "IRSA205", "token", ("JSON with a token inside",), ("the token and nothing else",), token=lambda: '{"sts.amazonaws.com":{"token":"' + usual() + '"}}'),
    Pod("Token in base64", "IRSA205", "token", ("base64",), token=lambda: base64.b64encode(usual().encode()).decode()),
    Pod("Token with Bearer", "IRSA205", "token", ("Bearer",), token=lambda: "Bearer " + usual()),
    Pod("Token twice", "IRSA205", "token", ("twice",), token=lambda: usual() * 2),
    Pod("Token truncated", "IRSA205", "token", ("truncated",), token=lambda: usual()[:200]),
    Pod("Token in UTF-16", "IRSA205", "token", ("UTF-16",), token=lambda: usual().encode("utf-16")),
    Pod("Token empty", "IRSA203", "token", ("holds no token",), token="\n"),
    Pod("API server's token", "IRSA303", "exchange", ("kubernetes.default.svc",), ("token file path",), token=lambda: usual(audience="https://kubernetes.default.svc"),
        sts=web("InvalidIdentityToken", 400, "Incorrect token audience")),
    Pod("Token expired, and STS says so", "IRSA206", "exchange", ("ExpiredTokenException",), ("kubelet",), claims={"issued_at": -90000, "expires": -3600},
        sts=web("ExpiredTokenException", 400, "Token expired: current date/time must be before the expiration date/time")),

    # Refusals, with AWS's sentences
    Pod("Trust policy does not match", "IRSA301", "exchange", (TRUSTED,), ("irsa trust-policy --compare", "--role"), sts=web("AccessDenied", 403, TRUSTED),
        compare=role(ROLE, trust(subject="system:serviceaccount:shop:order")), compare_says=("system:serviceaccount:shop:order", ":sub")),
    Pod("Role's path is missing in the annotation", "IRSA301", "exchange", (TRUSTED,), ("trust-policy --compare",), sts=web("AccessDenied", 403, TRUSTED),
        compare=role("arn:aws:iam::111122223333:role/platform/orders", trust()), compare_says=("role/platform/orders",)),
    Pod("Trust policy with a placeholder of a template", "IRSA301", "exchange", (TRUSTED,), ("trust-policy --compare",), sts=web("AccessDenied", 403, TRUSTED),
        compare=json.dumps(trust(issuer="${oidc_provider}")), compare_says=("${oidc_provider}", "placeholder")),
    Pod("Trust policy whose date has passed", "IRSA301", "exchange", (TRUSTED,), ("trust-policy --compare",), sts=web("AccessDenied", 403, TRUSTED),
        compare=json.dumps(trust(DateLessThan={"aws:CurrentTime": "2024-01-01T00:00:00Z"})), compare_says=("aws:CurrentTime",)),
    Pod("Trust policy of another cluster", "IRSA301", "exchange", (TRUSTED,), ("trust-policy --compare",), sts=web("AccessDenied", 403, TRUSTED),
        compare=json.dumps(trust(issuer="oidc.eks.eu-west-1.amazonaws.com/id/0000000000000000000000000000000B")), compare_says=("another cluster", "EXAMPLED539D4633E53DE1B71EXAMPLE")),
    Pod("Trust policy of an action with a blank", "IRSA301", "exchange", (TRUSTED,), ("trust-policy --compare",), sts=web("AccessDenied", 403, TRUSTED),
        compare=json.dumps(trust(action="sts:AssumeRoleWithWebIdentity ")), compare_says=("white space",)),
    Pod("Trust policy in YAML", "IRSA301", "exchange", (TRUSTED,), ("trust-policy --compare",), sts=web("AccessDenied", 403, TRUSTED),
        compare="AssumeRolePolicyDocument:\n  Version: '2012-10-17'\n  Statement: []\n", compare_says=("YAML",)),
    Pod("Trust policy for any namespace", exit=0, library="ok", compare=json.dumps(trust(test="StringLike", subject="system:serviceaccount:*:orders")), compare_says=("namespace", "accepts"), compare_exit=1),
    Pod("Trust policy fits", exit=0, library="ok", compare=role(ROLE, trust()), compare_says=("accepts",), compare_exit=0),
    Pod("Token of another cluster, whose provider is missing", "IRSA302", "exchange", ("No OpenIDConnect provider", "id/0000000000000000000000000000000B"), ("account that owns the role",), ("eksctl",),
        token=lambda: usual(issuer=OTHER), sts=web("InvalidIdentityToken", 400, f"No OpenIDConnect provider found in your account for {OTHER}"),
        compare=json.dumps(trust()), compare_says=("another cluster",)),
    Pod("Provider missing in the role's account", "IRSA302", "exchange", ("No OpenIDConnect provider",), (f"aws iam create-open-id-connect-provider --url {ISSUER}",), ("eksctl",),
        sts=web("InvalidIdentityToken", 400, f"No OpenIDConnect provider found in your account for {ISSUER}")),
    Pod("Thumbprint differs", "IRSA304", "exchange", ("thumbprint",), ("replaces the whole list",),
        sts=web("InvalidIdentityToken", 400, "OpenIDConnect provider's HTTPS certificate doesn't match configured thumbprint")),
    Pod("Token of another cluster", "IRSA306", "exchange", ("could not be validated", ISSUER), ("aws eks describe-cluster",),
        sts=web("InvalidIdentityToken", 400, "Token could not be validated: signature verification failed")),
    Pod("Region and issuer differ, region's STS is off", "IRSA309", "exchange", ("eu-north-1",), ("Activate STS",), env={"AWS_REGION": "eu-north-1"},
        sts=web("RegionDisabledException", 403, "STS is not activated in this region for account:111122223333. Your account administrator can activate STS in this region using the IAM Console.")),
    Pod("Service control policy denies", "IRSA320", "exchange", ("service control policy",), ("owner of the service control policy",),
        sts=web("AccessDenied", 403, f"{USER} sts:AssumeRoleWithWebIdentity on resource: {ROLE} with an explicit deny in a service control policy: arn:aws:organizations::123456789012:policy/o-1/service_control_policy/p-1")),
    Pod("Endpoint policy denies", "IRSA320", "exchange", ("VPC endpoint policy",), ("owner of the VPC endpoint policy",),
        sts=web("AccessDenied", 403, f"{USER} sts:AssumeRoleWithWebIdentity on resource: {ROLE} because no VPC endpoint policy allows the sts:AssumeRoleWithWebIdentity action")),
    Pod("Second role: explicit deny in the first role's identity policy", "IRSA320", "exchange", ("identity-based policy",), ("identity-based policy", ROLE), ("trust policy of",),
        **chained(f"{USER} sts:AssumeRole on resource: {SECOND} with an explicit deny in an identity-based policy")),
    Pod("Second role: explicit deny, sentence with the policy's ARN", "IRSA320", "exchange", ("policy/no-chaining",), ("identity-based policy", ROLE), ("trust policy of",),
        **chained(f"{USER} sts:AssumeRole on resource: {SECOND} with an explicit deny in an identity-based policy: arn:aws:iam::111122223333:policy/no-chaining")),
    Pod("Second role: not allowed by the first role's identity policy", "IRSA318", "exchange", ("no identity-based policy allows",), ("Allow", ROLE), ("Name the first role as principal",),
        **chained(f"{USER} sts:AssumeRole on resource: {SECOND} because no identity-based policy allows the sts:AssumeRole action")),
    Pod("Second role: permissions boundary denies", "IRSA320", "exchange", ("permissions boundary",), ("permissions boundary",),
        **chained(f"{USER} sts:AssumeRole on resource: {SECOND} because no permissions boundary allows the sts:AssumeRole action")),
    Pod("Second role: trust policy does not name the first", "IRSA318", "exchange", ("is not authorized",), ("trust policy of " + SECOND,), **chained(f"{USER} sts:AssumeRole on resource: {SECOND}")),
    Pod("Second role: sts:TagSession missing", "IRSA318", "exchange", ("sts:TagSession",), ("sts:TagSession",), **chained(f"{USER} sts:TagSession on resource: {SECOND}")),
    Pod("STS throttles", "IRSA312", "exchange", ("Rate exceeded",), ("CloudTrail",), sts=web("Throttling", 400, "Rate exceeded")),
    Pod("S3's endpoint policy denies", None, "service call", ("VPC endpoint policy",), ("VPC endpoint policy",), library="none", arguments=("--s3", "bucket"),
        sts={"s3": s3_refusal("AccessDenied", 403, f'{USER} s3:ListBucket on resource: "arn:aws:s3:::bucket" because no VPC endpoint policy allows the s3:ListBucket action')}),
    Pod("S3 cannot be reached", None, "service call", ("no connection",), ("HTTPS",), library="none", arguments=("--s3", "bucket"), names={"bucket.s3.eu-west-1.amazonaws.com": ["closed"]}),

    # TLS and clocks
    Pod("Image without certificate authorities", "IRSA411", "exchange", ("no certificate authorit",), ("ca-certificates", "SSL_CERT_FILE"), ("TLS interception",),
        env={"SSL_CERT_FILE": None, "SSL_CERT_DIR": None}, no_authorities=True),
    Pod("SSL_CERT_FILE names no file", "IRSA411", "exchange", ("SSL_CERT_FILE",), ("SSL_CERT_FILE",), ("TLS interception",), env={"SSL_CERT_FILE": "/none/ca.pem"}),
    Pod("Proxy inspects TLS with another authority", "IRSA404", "exchange", ("does not trust", "proxy.example:3128"), ("SSL_CERT_FILE",), env=PROXY, proxy="inspect"),
    # Certificate and token are of the year 2090, as they look where the node's clock is slow.
    Pod("Certificate not yet valid: the node's clock is slow", "IRSA408", "exchange", ("not yet valid", "The clock is wrong"), ("Correct the node's clock",), ("trust store", "SSL_CERT_FILE", "Renew"),
        certificate="future", claims={"issued_at": 2_010_000_000, "expires": 2_010_086_400}),
    Pod("Certificate expired", "IRSA408", "exchange", ("expired", "the certificate that is wrong"), ("Renew its certificate",), ("trust store", "SSL_CERT_FILE", "Correct the node's clock"), certificate="expired"),
    Pod("Certificate not valid, and a token without times", "IRSA408", "exchange", ("expired or is not yet valid",), ("date -u",), ("trust store", "SSL_CERT_FILE"), certificate="expired",
        token=lambda: usual(iat=None)),
    Pod("Certificate of another host", "IRSA404", "exchange", ("another host name",), ("host name",), ("SSL_CERT_FILE",), certificate="other-host"),
    Pod("Port speaks plain http", "IRSA409", "exchange", ("not TLS",), ("endpoint",), ("trust store", "SSL_CERT_FILE"), certificate=None),
    Pod("Clock is 10 minutes fast", None, "identity", ("ahead of",), ("clock",), exit=1, library="ok", clock=-600),

    # Proxies
    Pod("Proxy answers CONNECT with 403", "IRSA407", "exchange", ("HTTP 403", "proxy.example:3128"), ("NO_PROXY",), env=PROXY, proxy=403),
    Pod("Proxy wants a password", "IRSA407", "exchange", ("HTTP 407",), ("password",), env=PROXY, proxy=407),
    Pod("Proxy answers CONNECT with 200 and HTML", "IRSA409", "exchange", ("not TLS", "proxy.example:3128"), ("HTTPS_PROXY",), ("trust store", "SSL_CERT_FILE"), env=PROXY, proxy="page"),
    Pod("Proxy hangs", "IRSA403", "exchange", ("in time", "proxy.example:3128"), ("proxy is running",), ("security group",), env=PROXY, proxy="hang", library_limit=35),
    Pod("Proxy does not listen", "IRSA402", "network", ("proxy.example:3128", "refused"), ("proxy is running",), env=PROXY),
    Pod("Proxy's name does not resolve", "IRSA401", "network", ("proxy",), ("proxy",), env={"HTTPS_PROXY": "http://none.example:3128"}),
    Pod("Captive portal redirects", "IRSA405", "exchange", ("redirects",), ("proxy",), sts={"AssumeRoleWithWebIdentity": (302, "<html></html>")}),
    Pod("A web page instead of STS", "IRSA405", "exchange", ("not STS",), ("endpoint",), sts={"AssumeRoleWithWebIdentity": (200, "<!DOCTYPE html><html></html>")}),

    # Names and routes
    Pod("First DNS query is lost", None, "network", ("DNS", "seconds"), ("DNS",), exit=1, library="ok", dns="lost", limit=12),
    Pod("DNS dead", "IRSA401", "network", ("does not resolve",), ("getent hosts",), dns="dead", library_limit=35),
    Pod("DNS fails", "IRSA401", "network", ("does not resolve",), ("getent hosts",), dns="fails", library_limit=35),
    Pod("Nothing listens", "IRSA402", "network", ("refused",), names={STS: ["closed"]}),
    Pod("No route", "IRSA402", "network", ("no route",), ("interface endpoint",), names={STS: ["192.0.2.1"]}),
    Pod("Packets are dropped", "IRSA403", "network", ("in time",), ("security group",), names={STS: ["hole"]}, library_limit=35),
    Pod("Packets are dropped, and the region is not the cluster's", "IRSA403", "network", ("in time",), ("to eu-west-1",), names={"sts.eu-north-1.amazonaws.com": ["hole"]}, library_limit=35,
        env={"AWS_REGION": "eu-north-1", "AWS_DEFAULT_REGION": "eu-north-1"}),
    Pod("STS does not answer", "IRSA403", "exchange", ("in time",), sts={"AssumeRoleWithWebIdentity": None}, library_limit=35),
    Pod("STS closes the connection", "IRSA406", "exchange", ("broke",), sts={"AssumeRoleWithWebIdentity": "close"}),
    Pod("IPv6 black hole before IPv4", None, "network", ("2001:db8::4", "IPv6"), ("IPv6",), exit=1, library="ok", names={STS: ["6hole", "sts"]}, limit=4, library_limit=2),
    Pod("IPv6 alone works, IPv4 is a black hole", None, "network", ("10.9.0.4", "IPv4"), exit=1, library="ok", names={STS: ["hole", "6sts"]}, limit=4, library_limit=2),
    Pod("IPv6-only pod, name has only an A record", "IRSA410", only_ipv6=True, check="network", says=("IPv4", "IPv6"), do=("AWS_USE_DUALSTACK_ENDPOINT=true",),
        names={STS: ["192.0.2.1"], "sts.eu-west-1.api.aws": ["6sts"]}),    Pod("IPv6-only pod without a route to STS's IPv6 address", "IRSA402", "network", ("no route",), ("NAT gateway",), ("AWS_USE_DUALSTACK_ENDPOINT",), only_ipv6=True,
        names={STS: ["2001:db8:f::1"]}),

    # The metadata service
    Pod("Metadata service answers", None, "metadata service", ("answers this pod",), ("launch template", "host network"), exit=1, library="ok", metadata="v2"),
    Pod("Metadata service gives the role without a token", None, "metadata service", ("IMDSv1",), ("launch template",), exit=1, library="ok", metadata="v1"),
    Pod("Metadata service refuses", exit=0, library="ok", metadata="refuse"),
]
