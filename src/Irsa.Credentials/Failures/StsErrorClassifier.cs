using System.Globalization;

namespace Irsa.Credentials.Failures;

/// <summary>
/// The table of STS's refusals. STS reuses one code for temporary and permanent faults, so the sentence counts as well. Codes are those on
/// the wire, which are not the names of the SDK's exception classes. An unknown refusal is permanent: those that pass are all known.
/// </summary>
internal static class StsErrorClassifier
{
    public static Failure Judge(StsError reply, ExchangeContext context)
    {
        var said = $"{context.Endpoint} refused {context.Operation} for {context.RoleArn}: {reply.ErrorCode ?? "no code"} (HTTP {reply.HttpStatus}, request {reply.RequestId ?? "without id"})"
            + (reply.Sentence is { } sentence ? $": \"{sentence}\"." : ".");
        var isChained = context.Operation == "AssumeRole";
        return (reply.ErrorCode, reply.Sentence ?? string.Empty, reply.HttpStatus) switch
        {
            ("Throttling" or "ThrottlingException" or "ThrottledException" or "RequestLimitExceeded" or "TooManyRequestsException" or "SlowDown", _, _) or (_, _, 429) =>
                Passing(IrsaErrorCode.Throttled, said),
            (null, _, _) => ResponseFailures.Foreign(reply, context),
            (_, _, >= 500) => Passing(IrsaErrorCode.StsUnavailable, said),
            (_, var text, _) when isChained && IsClockRefusal(reply.ErrorCode, text) => Final(IrsaErrorCode.ClockSkewTooLarge, said),
            ("ExpiredTokenException" or "ExpiredToken", _, _) when isChained => Final(
                IrsaErrorCode.UnknownStsError, said, "The first role's session was refused as expired, and so was a new one, which is taken once in 30 s at most: check the clocks."),
            ("ExpiredTokenException" or "ExpiredToken", _, _) => Final(IrsaErrorCode.TokenExpired, said + ClaimsOf(context)),
            ("IDPCommunicationError" or "IDPCommunicationErrorException", _, _) => Passing(IrsaErrorCode.IssuerUnreachable, said),
            ("InvalidIdentityToken" or "InvalidIdentityTokenException", var text, _) => InvalidToken(text, said, context),
            ("IDPRejectedClaim" or "IDPRejectedClaimException", _, _) => Final(IrsaErrorCode.ClaimRejected, said + ClaimsOf(context)),
            ("AccessDenied" or "AccessDeniedException", var text, _) when OtherPolicy(text) is { } policy => Final(
                IrsaErrorCode.DeniedByOtherPolicy, said, $"Let the {policy} allow sts:{context.Operation} for {context.RoleArn}; the role's trust policy is not at fault."),
            ("AccessDenied" or "AccessDeniedException", _, _) when isChained => Final(
                IrsaErrorCode.ChainedRoleDenied, said, $"Let the trust policy of {context.RoleArn} name the first role as principal, with the external id configured, and give the first role sts:AssumeRole on it."),
            ("AccessDenied" or "AccessDeniedException", _, _) when context.Token?.Expiration <= reply.Date =>
                Final(IrsaErrorCode.TokenExpired, string.Create(CultureInfo.InvariantCulture, $"{said} It gives no reason, but its clock says {reply.Date:u}, when the token had expired.{ClaimsOf(context)}")),
            ("AccessDenied" or "AccessDeniedException", _, _) => Final(IrsaErrorCode.TrustPolicyMismatch, said + ClaimsOf(context), TrustRemedy(context)),
            ("MalformedPolicyDocument" or "MalformedPolicyDocumentException" or "PackedPolicyTooLarge" or "PackedPolicyTooLargeException", _, _) => Final(IrsaErrorCode.SessionPolicyRejected, said),
            ("RegionDisabledException" or "RegionDisabled" or "OptInRequired", _, _) => Final(
                IrsaErrorCode.RegionDisabled, said, $"Activate STS for {context.Region} in the account's IAM settings (an opt-in region has to be enabled first), or set another region."),
            (_, var text, _) when IsDurationRefusal(text) => Final(
                IrsaErrorCode.DurationAboveMaximum, said, isChained
                    ? "Leave AssumeRole.SessionDuration at 1 hour or less: AWS allows no more for a chained role."
                    : $"Raise the role's maximum session duration ({AwsCommands.RaiseMaximum(context.RoleArn)}), or lower IrsaOptions.SessionDuration."),
            ("ValidationError" or "ValidationException" or "InvalidParameterValue" or "InvalidParameterCombination" or "MissingParameter" or "MalformedInput" or "InvalidArgument" or "InvalidAction", _, _) =>
                Final(IrsaErrorCode.RequestInvalid, said),
            ("RequestTimeout" or "RequestTimeoutException", _, _) or (_, _, 408) => Passing(IrsaErrorCode.StsUnavailable, said),
            _ => Final(IrsaErrorCode.UnknownStsError, said + ClaimsOf(context), "Look the code up in the documentation of AWS STS, with the request id in CloudTrail."),
        };
    }

    private static Failure InvalidToken(string sentence, string said, ExchangeContext context)
    {
        bool Says(string part) => sentence.Contains(part, StringComparison.OrdinalIgnoreCase);
        return 0 switch
        {
            _ when Says("retrieve verification key") => Passing(IrsaErrorCode.IssuerUnreachable, said),
            _ when Says("No OpenIDConnect provider found") => Final(IrsaErrorCode.ProviderMissing, said + ClaimsOf(context)),
            _ when Says("Incorrect token audience") => Final(IrsaErrorCode.AudienceRejected, said + ClaimsOf(context), AudienceRemedy(context)),
            _ when Says("thumbprint") => Final(IrsaErrorCode.ThumbprintMismatch, said),
            _ => Final(IrsaErrorCode.TokenRejected, said + ClaimsOf(context)),
        };
    }

    private static Failure Passing(IrsaErrorCode code, string message) => new(code, IsPermanent: false, message, IrsaErrorExplanation.For(code).Remedy);

    private static Failure Final(IrsaErrorCode code, string message, string? remedy = null) =>
        new(code, IsPermanent: true, message, remedy ?? IrsaErrorExplanation.For(code).Remedy);

    /// <summary>STS names the kind of policy that refused where it is none of the role's own.</summary>
    private static string? OtherPolicy(string sentence)
    {
        string[] kinds = ["service control policy", "resource control policy", "VPC endpoint policy", "permissions boundary", "session policy"];
        return Array.Find(kinds, kind => sentence.Contains(kind, StringComparison.OrdinalIgnoreCase));
    }

    private static bool IsClockRefusal(string? code, string sentence) =>
        code is "RequestTimeTooSkewed" or "RequestExpired" || (code is "SignatureDoesNotMatch" or "InvalidSignatureException" && (
            sentence.Contains("Signature expired", StringComparison.OrdinalIgnoreCase) || sentence.Contains("Signature not yet current", StringComparison.OrdinalIgnoreCase)));

    private static bool IsDurationRefusal(string sentence) =>
        sentence.Contains("DurationSeconds exceeds", StringComparison.OrdinalIgnoreCase)
        || sentence.Contains("exceeds the 1 hour session limit", StringComparison.OrdinalIgnoreCase);

    private static string AudienceRemedy(ExchangeContext context)
    {
        var policy = TrustPolicy.For(context.Token, context.RoleArn);
        var add = AwsCommands.AddAudience(policy?.ProviderArn, policy?.Audience ?? TrustPolicy.DefaultAudience);
        return policy is null or { Audience: TrustPolicy.DefaultAudience }
            ? $"Add it to the provider's: {add}."
            : $"Correct the annotation eks.amazonaws.com/audience, or the path of the token, so that the token is for {TrustPolicy.DefaultAudience}; where the audience is meant, add it: {add}.";
    }

    private static string TrustRemedy(ExchangeContext context) => TrustPolicy.For(context.Token, context.RoleArn) is { } policy
        ? $"Compare the trust policy of {context.RoleArn} ({AwsCommands.GetTrustPolicy(context.RoleArn)}) with the one this token needs (that the role exists is also to be checked):{Environment.NewLine}{policy.ToJson()}"
        : $"Compare the trust policy of {context.RoleArn} ({AwsCommands.GetTrustPolicy(context.RoleArn)}) with the token's issuer, subject and audience, and check that the role exists.";

    private static string ClaimsOf(ExchangeContext context) => context.Token is { } token
        ? string.Create(CultureInfo.InvariantCulture, $" The token on disk has iss {token.Issuer ?? "-"}, sub {token.Subject ?? "-"}, aud {string.Join(' ', token.Audience)}, exp {token.Expiration:u}.")
        : string.Empty;
}
