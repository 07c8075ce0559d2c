using System.Globalization;
using static Irsa.Credentials.Failures.DisplayText;

namespace Irsa.Credentials.Failures;

/// <summary>IRSA3xx: what STS refuses, and answers that cannot be used. <see cref="StsErrorClassifier"/> decides which it is.</summary>
internal static class StsFailures
{
    private static readonly IrsaErrorExplanation TrustPolicyMismatch = new(
        IrsaErrorCode.TrustPolicyMismatch,
        "The role does not accept the token",
        "STS read the token, but no statement of the role's trust policy matches its issuer, audience and subject. Or the role does not exist; STS gives the same answer then.",
        $"{CompareTrustPolicy(null)} Also check that the role exists.");

    private static readonly IrsaErrorExplanation ProviderMissing = new(
        IrsaErrorCode.ProviderMissing,
        "The role's account has no OIDC provider for the token's issuer",
        "The provider was never created, or it exists only in another account or for another cluster. STS gives the same answer when its regional endpoint is deactivated in the account.",
        ProviderRemedy(null, null));

    private static readonly IrsaErrorExplanation AudienceRejected = new(
        IrsaErrorCode.AudienceRejected,
        "The OIDC provider does not accept the token's audience",
        "The provider has other client IDs, or the token is not the one meant for AWS. The usual audience is sts.amazonaws.com in every partition, China included.",
        AudienceRemedy(null, null));

    private static readonly IrsaErrorExplanation ThumbprintMismatch = new(
        IrsaErrorCode.ThumbprintMismatch,
        "The issuer's certificate does not match the OIDC provider's thumbprints",
        "The issuer's certificate comes from a private or uncommon certificate authority and was renewed. For public authorities AWS does not use thumbprints.",
        ThumbprintRemedy(null));

    private static readonly IrsaErrorExplanation IssuerUnreachable = new(
        IrsaErrorCode.IssuerUnreachable,
        "STS could not fetch the issuer's keys",
        "STS reads the keys from the issuer's public address. This often passes, because the issuer throttles. It persists when the issuer is private or its discovery document is wrong.",
        RetryAdvice.IfItPersists + "open the discovery document from outside the cluster's network: curl ISSUER/.well-known/openid-configuration. The jwks_uri in it must be reachable too.");

    private static readonly IrsaErrorExplanation TokenRejected = new(
        IrsaErrorCode.TokenRejected,
        "STS could not validate the token",
        "The signature does not match the issuer's keys, usually because the cluster was recreated with the same issuer or the token belongs to another cluster. Or the token is malformed.",
        $"Compare the token's issuer (irsa token) with the cluster's: {AwsCommands.DescribeIssuer}. Check that the issuer's jwks_uri lists the key that signed the token.");

    private static readonly IrsaErrorExplanation ClaimRejected = new(
        IrsaErrorCode.ClaimRejected,
        "The issuer rejected a claim of the token",
        "The identity provider denied the request, or a claim has expired or was revoked.",
        "Recreate the pod so that it gets a new token: kubectl delete pod POD. If the error persists, check the identity provider.");

    private static readonly IrsaErrorExplanation SessionPolicyRejected = new(
        IrsaErrorCode.SessionPolicyRejected,
        "The session policy is malformed or too large",
        "IrsaOptions.SessionPolicy is not a valid IAM policy, or it and SessionPolicyArns together exceed the packed size that STS allows.",
        "Correct or shorten IrsaOptions.SessionPolicy and SessionPolicyArns.");

    private static readonly IrsaErrorExplanation RegionDisabled = new(
        IrsaErrorCode.RegionDisabled,
        "STS is not active in the region for this account",
        "An account can deactivate STS in a region. Opt-in regions are off until somebody enables them.",
        RegionRemedy(null));

    private static readonly IrsaErrorExplanation DurationAboveMaximum = new(
        IrsaErrorCode.DurationAboveMaximum,
        "The requested session duration exceeds the role's maximum",
        "STS rejects such a duration instead of shortening it. A role's maximum is 1 hour unless somebody raised it.",
        $"Raise the role's maximum ({AwsCommands.RaiseMaximum(null)}), or lower IrsaOptions.SessionDuration.");

    private static readonly IrsaErrorExplanation RequestInvalid = new(
        IrsaErrorCode.RequestInvalid,
        "STS rejected the request as invalid",
        "A field is outside its limits.",
        "Correct the option behind the field that STS names.");

    private static readonly IrsaErrorExplanation Throttled = new(
        IrsaErrorCode.Throttled,
        "STS throttles the account",
        "The workloads of this account call STS too often in this region. STS reports that with HTTP 400.",
        RetryAdvice.IfItPersists + "find the workload that calls STS for every request: look for AssumeRoleWithWebIdentity in CloudTrail.");

    private static readonly IrsaErrorExplanation StsUnavailable = new(
        IrsaErrorCode.StsUnavailable,
        "STS answered with a server error",
        "STS is not available at the moment, or a proxy or service mesh between the pod and STS cannot reach it.",
        RetryAdvice.IfItPersists + "check the AWS Health Dashboard and the proxy or service mesh.");

    private static readonly IrsaErrorExplanation UnknownStsError = new(
        IrsaErrorCode.UnknownStsError,
        "STS refused for a reason that this library does not know",
        "STS answered with an error code that this library does not know. Such errors seldom pass without a change.",
        "Look up the error code in the STS documentation, and the request ID in CloudTrail.");

    private static readonly IrsaErrorExplanation WrongRole = new(
        IrsaErrorCode.WrongRole,
        "STS answered with credentials of another role",
        "The server that answered is not the expected STS: a mock, a caching proxy, or a wrong endpoint. The library discarded the credentials.",
        "Check IrsaOptions.StsEndpoint, AWS_ENDPOINT_URL_STS, AWS_ENDPOINT_URL and the proxy settings.");

    private static readonly IrsaErrorExplanation CredentialsAlreadyExpired = new(
        IrsaErrorCode.CredentialsAlreadyExpired,
        "The credentials were already expired when received, or expire within ExpiryMargin",
        "The server or a cache returns old responses, its clock is wrong, or this machine was suspended during the exchange. The library discarded the credentials.",
        "Check the clocks of this node and of the server that answered, and that no proxy caches responses of STS. IrsaOptions.ExpiryMargin sets the smallest remaining lifetime.");

    private static readonly IrsaErrorExplanation StsResponseInvalid = new(
        IrsaErrorCode.StsResponseInvalid,
        "The response of STS is incomplete or invalid",
        "The response is empty, truncated, or lacks a required value. Usually a proxy interrupted or changed it.",
        RetryAdvice.IfItPersists + "check the proxy and the endpoint.");

    private static readonly IrsaErrorExplanation ChainedRoleDenied = new(
        IrsaErrorCode.ChainedRoleDenied,
        "STS did not let the first role assume the second",
        "The second role's trust policy does not name the first role or requires an external ID, or the first role has no permission for sts:AssumeRole on it.",
        ChainedRemedy(null));

    private static readonly IrsaErrorExplanation ClockSkewTooLarge = new(
        IrsaErrorCode.ClockSkewTooLarge,
        "STS rejected a signed call because the local clock is wrong",
        "The library signs the call for the second role with the local time, and STS accepts a difference of at most 5 minutes. The first exchange is not signed, so it still works.",
        "Correct the node's clock (chrony or another NTP client).");

    private static readonly IrsaErrorExplanation DeniedByOtherPolicy = new(
        IrsaErrorCode.DeniedByOtherPolicy,
        "A policy other than the role's trust policy denies the call",
        "A service or resource control policy of the organization, the policy of the interface endpoint for STS, a permissions boundary, or a session policy denies it.",
        PolicyRemedy(null, null, null));

    public static IReadOnlyList<IrsaErrorExplanation> Explanations { get; } =
    [
        TrustPolicyMismatch, ProviderMissing, AudienceRejected, ThumbprintMismatch, IssuerUnreachable, TokenRejected, ClaimRejected, SessionPolicyRejected, RegionDisabled,
        DurationAboveMaximum, RequestInvalid, Throttled, StsUnavailable, UnknownStsError, WrongRole, CredentialsAlreadyExpired, StsResponseInvalid, ChainedRoleDenied,
        ClockSkewTooLarge, DeniedByOtherPolicy,
    ];

    /// <param name="seen">The refusal, as one or more sentences; the same for all that follow.</param>
    /// <param name="roleArn">The role that was asked for.</param>
    /// <param name="needed">The policy that the token needs; null where its claims do not say enough.</param>
    public static Failure NotTrusted(string seen, string roleArn, TrustPolicy? needed) => TrustPolicyMismatch.Permanent(seen, needed is null
        ? $"{CompareTrustPolicy(roleArn)} Also check that the role exists."
        : $"{CompareTrustPolicy(roleArn)} Also check that the role exists. The role's trust policy needs this statement:{Environment.NewLine}{needed.ToJson()}");

    /// <summary>For a report that shows the needed statement elsewhere.</summary>
    public static Failure WithoutStatement(Failure failure) =>
        failure.Code == IrsaErrorCode.TrustPolicyMismatch ? failure with { Remedy = $"{CompareTrustPolicy(failure.RoleArn)} Also check that the role exists." } : failure;

    public static Failure NoProvider(string seen, TrustPolicy? needed) => ProviderMissing.Permanent(seen, BuiltInRemedy(needed, " If it has none, check in IAM's account settings that STS is active in the region.") ?? ProviderRemedy(needed?.Issuer, needed?.Audience));

    public static Failure OtherAudience(string seen, TrustPolicy? needed) => AudienceRejected.Permanent(seen, BuiltInRemedy(needed) ?? AudienceRemedy(needed?.ProviderArn, needed?.Audience));

    public static Failure OtherThumbprint(string seen, TrustPolicy? needed) => ThumbprintMismatch.Permanent(seen, BuiltInRemedy(needed) ?? ThumbprintRemedy(needed?.ProviderArn));

    public static Failure NoKeysOfIssuer(string seen) => IssuerUnreachable.Transient(seen);

    public static Failure InvalidToken(string seen) => TokenRejected.Permanent(seen);

    public static Failure InvalidClaim(string seen) => ClaimRejected.Permanent(seen);

    public static Failure InvalidSessionPolicy(string seen) => SessionPolicyRejected.Permanent(seen);

    public static Failure InactiveRegion(string seen, ExchangeContext context) => RegionDisabled.Permanent(seen, IssuerRegion.Hint(context) + RegionRemedy(context.Region));

    public static Failure DurationTooLong(string seen, string roleArn, bool isChained) => DurationAboveMaximum.Permanent(seen, isChained
        ? "Set AssumeRole.SessionDuration to 1 hour or less. AWS allows no more when one role assumes another."
        : $"Raise the role's maximum ({AwsCommands.RaiseMaximum(roleArn)}), or lower IrsaOptions.SessionDuration.");

    public static Failure InvalidRequest(string seen) => RequestInvalid.Permanent(seen);

    public static Failure Throttling(string seen) => Throttled.Transient(seen);

    public static Failure Unavailable(string seen) => StsUnavailable.Transient(seen);

    public static Failure Unknown(string seen) => UnknownStsError.Permanent(seen);

    /// <summary>For a first session that was refused twice although it was replaced in between.</summary>
    public static Failure FirstSessionRefused(string seen) =>
        UnknownStsError.Permanent($"{seen} STS called the first role's session expired, and its replacement too.", "Check the clocks of this node and of the STS endpoint.");

    public static Failure SecondRoleDenied(string seen, string roleArn) => ChainedRoleDenied.Permanent(seen, ChainedRemedy(roleArn));

    /// <param name="seen">The refusal.</param>
    /// <param name="caller">The role that called, as far as the sentence names it.</param>
    /// <param name="roleArn">The second role.</param>
    public static Failure IdentityPolicyDenies(string seen, string caller, string roleArn) => DeniedByOtherPolicy.Permanent(
        seen, $"Remove or narrow the explicit deny of sts:AssumeRole for {roleArn} in the identity-based policy of {caller}. The second role's own policies are not the cause.");

    public static Failure IdentityPolicyLacks(string seen, string caller, string roleArn) => ChainedRoleDenied.Permanent(
        seen, $"Allow {caller} the action sts:AssumeRole on {roleArn} in an identity-based policy. STS does not say whether the second role's trust policy would admit it.");

    public static Failure ActionDenied(string seen, string action, string roleArn) => ChainedRoleDenied.Permanent(
        seen, $"Allow the caller {action} as well, in the trust policy of {roleArn} and in the caller's own policies. Or remove the session tags or source identity that need it.");

    public static Failure WrongClock(string seen) => ClockSkewTooLarge.Permanent(seen);

    public static Failure OtherPolicyDenies(string seen, string policy, ExchangeContext context) =>
        DeniedByOtherPolicy.Permanent(seen, PolicyRemedy(policy, context.Operation, context.RoleArn));

    public static Failure OtherRole(string assumedRoleArn, ExchangeContext context) => WrongRole.Permanent(
        $"{context.Endpoint} answered with credentials of {Quote(assumedRoleArn)}, but the library asked for {Quote(context.RoleArn)}. It discarded them.").In(context);

    public static Failure Expired(DateTimeOffset expiration, DateTimeOffset? serverTime, ExchangeContext context) => CredentialsAlreadyExpired.Transient(string.Create(
        CultureInfo.InvariantCulture,
        $"{context.Endpoint} answered with credentials that had expired at {expiration:u}{(serverTime is { } date ? $"; its own clock said {date:u}" : string.Empty)}. The library discarded them.")).In(context);

    /// <summary>For credentials that were within the margin when they arrived.</summary>
    public static Failure WithinMargin(string roleArn, TimeSpan lifetime, TimeSpan margin) => CredentialsAlreadyExpired.Transient(
        $"The credentials of {Quote(roleArn)} live for {DurationText.Of(lifetime)}. On arrival, less than the margin of {DurationText.Of(margin)} was left.") with
    {
        RoleArn = roleArn,
    };

    /// <summary>A warning before STS is called: STS decides.</summary>
    public static Failure UnusualAudience(IReadOnlyList<string> audience) => AudienceRejected.Permanent(
        audience switch
        {
            [] => "The token has no audience.",
            _ when audience.Contains("pods.eks.amazonaws.com") => "The token's audience is that of EKS Pod Identity, which STS does not accept as a web identity.",
            _ when audience.Any(IsApiServer) => "The token's audience is the Kubernetes API server, so the file is the service account's default token.",
            _ => $"The token's audience is not {TrustPolicy.DefaultAudience}, the usual one in every partition.",
        },
        audience is [] || audience.Contains("pods.eks.amazonaws.com") || audience.Any(IsApiServer)
            ? "Set AWS_WEB_IDENTITY_TOKEN_FILE to the projected token of the volume aws-iam-token. The webhook's is /var/run/secrets/eks.amazonaws.com/serviceaccount/token."
            : AudienceRemedy(null, audience[0]));

    /// <summary>A warning before STS is called.</summary>
    public static Failure UnusualAlgorithm(string? algorithm) => TokenRejected.Permanent(
        $"The token is signed with {(algorithm is null ? "no named algorithm" : Quote(algorithm))}. STS accepts RS256, RS384, RS512, ES256, ES384 and ES512.",
        "Change the signing key of the cluster's issuer.");

    /// <param name="lack">What is wrong with the response, as a clause; never a value of it.</param>
    /// <param name="context">What was asked.</param>
    public static Failure InvalidResponse(string lack, ExchangeContext context) =>
        StsResponseInvalid.Transient($"{context.Endpoint} answered {context.Operation} with success, but {lack}.").In(context);

    private static bool IsApiServer(string audience) =>
        audience.Contains("kubernetes.default.svc", StringComparison.Ordinal) || audience is "kubernetes" or "k3s"
        || (audience.StartsWith("https://", StringComparison.Ordinal) && audience.Contains("oidc.eks.", StringComparison.Ordinal));

    private static string CompareTrustPolicy(string? roleArn) =>
        $"Compare the role's trust policy with the token: {AwsCommands.GetRole(roleArn)} > role.json, then irsa trust-policy --compare role.json "
        + "(on another machine than the pod, add --role, --issuer, --namespace and --service-account).";

    private static string ProviderRemedy(string? issuer, string? audience) =>
        $"Create the provider in the account that owns the role: {AwsCommands.CreateProvider(issuer, audience ?? TrustPolicy.DefaultAudience)}. "
        + "If it exists there, check in IAM's account settings that STS is active in the region.";

    /// <summary>An account's own provider for such an issuer hides the one of AWS, with its audiences and thumbprints.</summary>
    /// <param name="needed">The policy that the token needs.</param>
    /// <param name="otherwise">What to do where the account has no such provider.</param>
    private static string? BuiltInRemedy(TrustPolicy? needed, string otherwise = "") => needed is { IsBuiltIn: true }
        ? $"AWS has {needed.Provider} built in. If the role's account has an OIDC provider of that name, delete it: {AwsCommands.DeleteProvider(needed.OwnProviderArn)}.{otherwise}"
        : null;

    private static string AudienceRemedy(string? providerArn, string? audience) => audience is null or TrustPolicy.DefaultAudience
        ? $"Add the audience to the provider: {AwsCommands.AddAudience(providerArn, TrustPolicy.DefaultAudience)}. "
          + "If the token has another audience, correct the annotation eks.amazonaws.com/audience or the token file path."
        : $"Correct the annotation eks.amazonaws.com/audience or the token file path, so that the token's audience is {TrustPolicy.DefaultAudience}. "
          + $"If the other audience is intended, add it to the provider: {AwsCommands.AddAudience(providerArn, audience)}.";

    private static string ThumbprintRemedy(string? providerArn) =>
        $"Set the thumbprint of the top intermediate authority in the issuer's certificate chain: {AwsCommands.UpdateThumbprints(providerArn)}. The command replaces the whole list.";

    private static string RegionRemedy(string? region) =>
        $"Activate STS for {region ?? "the region"} in IAM's account settings of the role's account, or set AWS_REGION to another region. Enable an opt-in region first.";

    private static string ChainedRemedy(string? roleArn) =>
        $"Name the first role as principal in the trust policy of {roleArn ?? "the second role"}, with the configured external ID. Then allow the first role sts:AssumeRole on it.";

    private static string PolicyRemedy(string? policy, string? operation, string? roleArn) =>
        $"Ask the owner of the {policy ?? "policy that STS names"} to allow sts:{operation ?? "AssumeRoleWithWebIdentity"} for {roleArn ?? "the role"}. The role's trust policy is not the cause.";
}
