using Irsa.Credentials.Testing;
using static Irsa.Credentials.IrsaErrorCode;

namespace Irsa.Credentials.IntegrationTests.Failures;

/// <summary>What STS refuses. LocalAws refuses for the same reason where it can; otherwise the test sets the error code and message of STS.</summary>
internal static class StsErrorFailures
{
    private const string Second = "arn:aws:iam::999922223333:role/second";
    private const string Denied = "User: arn:aws:sts::111122223333:assumed-role/a/b is not authorized to perform: sts:AssumeRoleWithWebIdentity on resource: arn:aws:iam::111122223333:role/local-app";

    public static IReadOnlyList<ProvokedFailure> Rows { get; } =
    [
        Token("another service account", IrsaErrorCode.TrustPolicyMismatch, "system:serviceaccount:default:other", "\"system:serviceaccount:default:other\"", static t => t.ServiceAccount = "other"),
        Token("another namespace", IrsaErrorCode.TrustPolicyMismatch, "system:serviceaccount:kube-system:app", "\"system:serviceaccount:kube-system:app\"", static t => t.Namespace = "kube-system"),
        Final("role deleted", IrsaErrorCode.TrustPolicyMismatch, "Not authorized", "role exists", static s => s.Aws.Sts.RemoveRole(s.Aws.RoleArn)),
        Policy("subject with a wildcard under StringEquals", "default:app", "default:*"),
        Policy("provider of another account", "111122223333:oidc-provider", "999922223333:oidc-provider"),
        Policy("audience of another kind", "\"sts.amazonaws.com\"", "\"kubernetes\""),
        Policy("another action", "sts:AssumeRoleWithWebIdentity", "sts:AssumeRole"),
        Said("Ceph's refusal without a sentence", IrsaErrorCode.TrustPolicyMismatch, $"AccessDenied (HTTP 403, request ID {StsResponses.CephRequest}). The token", "trust policy", Fault.Body(403, "application/xml", StsResponses.Ceph("AccessDenied"))),
        Said("service control policy", DeniedByOtherPolicy, "service control policy", "service control policy", Fault.Error(403, "AccessDenied", Denied + " with an explicit deny in a service control policy")),
        Said("resource control policy", DeniedByOtherPolicy, "resource control policy", "resource control policy", Fault.Error(403, "AccessDenied", Denied + " with an explicit deny in a resource control policy")),
        Said("endpoint policy", DeniedByOtherPolicy, "VPC endpoint policy", "VPC endpoint policy", Fault.Error(403, "AccessDenied", Denied + " because no VPC endpoint policy allows the sts:AssumeRoleWithWebIdentity action")),
        Final("no provider in the account", ProviderMissing, "No OpenIDConnect provider", "create-open-id-connect-provider", static s => s.Aws.Sts.RemoveProvider(s.Aws.Issuer.Url.OriginalString)),
        Token("issuer of another cluster", ProviderMissing, "https://oidc.example/id/B", "account that owns the role", static t => t.Issuer = "https://oidc.example/id/B"),
        Token("token for the API server", AudienceRejected, "the audience \"https://kubernetes.default.svc\"", "client-id", static t => t.Audience = "https://kubernetes.default.svc"),
        Token("token for Pod Identity", AudienceRejected, "the audience \"pods.eks.amazonaws.com\"", "audience", static t => t.Audience = "pods.eks.amazonaws.com"),
        Said("thumbprint", ThumbprintMismatch, "thumbprint", "update-open-id-connect-provider-thumbprint", StsFault.ThumbprintMismatch()),
        Token("signature of another key", TokenRejected, "could not be validated", "jwks_uri", static t => t.InvalidSignature = true),
        Said("not a valid token", TokenRejected, "not a valid JWT", "issuer", Fault.Error(400, "InvalidIdentityToken", "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)")),
        Said("claim refused", ClaimRejected, "IDPRejectedClaim", "new token", StsFault.ClaimRejected()),
        Said("packed policy too large", SessionPolicyRejected, "137%", "SessionPolicy", StsFault.PackedPolicyTooLarge()),
        Said("malformed session policy", SessionPolicyRejected, "MalformedPolicyDocument", "SessionPolicy", Fault.Error(400, "MalformedPolicyDocument", "Syntax errors in policy.")),
        Said("region disabled", RegionDisabled, "RegionDisabledException", "Activate STS for eu-central-1", StsFault.RegionDisabled()),
        Said("opt-in region disabled", RegionDisabled, "OptInRequired", "opt-in", Fault.Error(403, "OptInRequired", "You are not subscribed to this service")),
        Said("invalid field", RequestInvalid, "1 validation error detected", "option", Fault.Error(400, "ValidationError", "1 validation error detected: Value at 'roleSessionName' failed to satisfy constraint")),
        Said("Ceph's invalid argument", RequestInvalid, "InvalidArgument", "option", Fault.Body(400, "application/xml", StsResponses.Ceph("InvalidArgument"))),
        Said("unknown refusal", UnknownStsError, "NeverHeardOf", "request ID", Fault.Error(418, "NeverHeardOf", "I am a teapot")),
        Said("duration above the maximum even at one hour", DurationAboveMaximum, "MaxSessionDuration", "max-session-duration", Fault.Error(400, "ValidationError", "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.")) with { StsCalls = 2 },
        Said("issuer does not answer STS", IssuerUnreachable, "IDPCommunicationError", "openid-configuration", StsFault.IssuerUnreachable(), isPermanent: false),
        Said("keys not fetched", IssuerUnreachable, "verification key", "openid-configuration", StsFault.KeyNotRetrieved(), isPermanent: false),
        Said("throttled", Throttled, "Rate exceeded", "CloudTrail", Fault.Throttle(), isPermanent: false),
        Said("throttled by status", Throttled, "HTTP 429", "CloudTrail", Fault.TooManyRequests(), isPermanent: false),
        Said("internal failure", StsUnavailable, "HTTP 500", "Health Dashboard", Fault.ServerError(), isPermanent: false),
        Said("service unavailable", StsUnavailable, "HTTP 503", "Health Dashboard", Fault.ServerError(503), isPermanent: false),
        Said("gateway time-out", StsUnavailable, "HTTP 504", "Health Dashboard", Fault.ServerError(504), isPermanent: false),
        Chained("second role trusts somebody else", ChainedRoleDenied, "sts:AssumeRole", "trust policy of " + Second, static s => s.Aws.Sts.AddRole(Second, $$"""{"Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/other"},"Action":"sts:AssumeRole"}]}""")),
        Chained("signed call at the wrong time", ClockSkewTooLarge, "Signature expired", "clock", static s => s.Aws.Sts.Faults.Always(Fault.Error(403, "SignatureDoesNotMatch", "Signature expired: 20260101T000000Z is now earlier than 20260102T000000Z"))),
        Chained("second role with another external id", ChainedRoleDenied, "AccessDenied", "external ID", static s => s.Aws.Sts.AddRole(Second, $$"""{"Statement":[{"Effect":"Allow","Principal":{"AWS":"{{s.Aws.RoleArn}}"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"agreed"} } }]}""")),
    ];

    private static ProvokedFailure Final(string name, IrsaErrorCode code, string cause, string remedy, Action<FailureScenario> provoke) =>
        new(name, code, IsPermanent: true, cause, remedy, provoke) { StsCalls = 1 };

    private static ProvokedFailure Token(string name, IrsaErrorCode code, string cause, string remedy, Action<TokenRequest> change) =>
        Final(name, code, cause, remedy, scene => scene.Aws.Tokens.Write(scene.Aws.Issuer.IssueToken(change)));

    private static ProvokedFailure Policy(string name, string right, string wrong) => Final(name, IrsaErrorCode.TrustPolicyMismatch, "Not authorized", "oidc-provider/", scene =>
        scene.Aws.Sts.AddRole(scene.Aws.RoleArn, scene.Aws.TrustPolicyOf(scene.Aws.RoleArn).ToJson().Replace(right, wrong, StringComparison.Ordinal)));

    private static ProvokedFailure Said(string name, IrsaErrorCode code, string cause, string remedy, Fault fault, bool isPermanent = true) =>
        new(name, code, isPermanent, cause, remedy, scene => scene.Aws.Sts.Faults.Always(fault)) { StsCalls = isPermanent ? 1 : 2 };

    private static ProvokedFailure Chained(string name, IrsaErrorCode code, string cause, string remedy, Action<FailureScenario> provoke) => new(name, code, IsPermanent: true, cause, remedy, scene =>
    {
        // The first hop is answered as usual, whatever is said to happen to the second.
        scene.Aws.Sts.Faults.Next(Fault.Gate(Task.CompletedTask));
        provoke(scene);
        scene.Options = static options => options.AssumeRole = new AssumeRoleOptions { RoleArn = Second, ExternalId = "guessed" };
    })
    { StsCalls = 2, NeedsCode = true };
}
