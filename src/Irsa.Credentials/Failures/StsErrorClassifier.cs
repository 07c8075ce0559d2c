using System.Globalization;
using System.Text.RegularExpressions;
using static Irsa.Credentials.Failures.DisplayText;

namespace Irsa.Credentials.Failures;

/// <summary>
/// The table of STS's errors. STS reuses one code for temporary and permanent errors, so the sentence counts as well. Codes are those on the
/// wire, which differ from the names of the SDK's exception classes. An unknown error is permanent: those that pass are all known.
/// </summary>
internal static partial class StsErrorClassifier
{
    public static Failure Classify(StsError error, ExchangeContext context)
    {
        var seen = $"{context.Endpoint} refused {context.Operation} for {Quote(context.RoleArn)}: {(error.ErrorCode is { } wire ? Escape(wire) : "no error code")} "
            + $"(HTTP {error.HttpStatus}, request ID {(error.RequestId is { } id ? Escape(id) : "missing")})"
            + (error.Sentence is { } sentence ? $": {Quote(sentence)}." : ".");
        var isChained = context.Operation == "AssumeRole";
        return (error.ErrorCode, error.Sentence ?? string.Empty, error.HttpStatus) switch
        {
            ("Throttling" or "ThrottlingException" or "ThrottledException" or "RequestLimitExceeded" or "TooManyRequestsException" or "SlowDown", _, _) or (_, _, 429) =>
                StsFailures.Throttling(seen),
            (null, _, _) => ClassifyForeign(error, context),
            (_, _, >= 500) => StsFailures.Unavailable(seen),
            (_, var text, _) when isChained && IsWrongClock(error.ErrorCode, text) => StsFailures.WrongClock(seen),
            ("ExpiredTokenException" or "ExpiredToken", _, _) => isChained ? StsFailures.FirstSessionRefused(seen) : TokenFileFailures.Expired(seen + ClaimsOf(context)),
            ("IDPCommunicationError" or "IDPCommunicationErrorException", _, _) => StsFailures.NoKeysOfIssuer(seen),
            ("InvalidIdentityToken" or "InvalidIdentityTokenException", var text, _) => ClassifyInvalidToken(text, seen, context),
            ("IDPRejectedClaim" or "IDPRejectedClaimException", _, _) => StsFailures.InvalidClaim(seen + ClaimsOf(context)),
            ("AccessDenied" or "AccessDeniedException", var text, _) => ClassifyDenial(text, seen, isChained, error, context),
            ("MalformedPolicyDocument" or "MalformedPolicyDocumentException" or "PackedPolicyTooLarge" or "PackedPolicyTooLargeException", _, _) => StsFailures.InvalidSessionPolicy(seen),
            ("RegionDisabledException" or "RegionDisabled" or "OptInRequired", _, _) => StsFailures.InactiveRegion(seen, context),
            (_, var text, _) when IsDurationTooLong(text) => StsFailures.DurationTooLong(seen, context.RoleArn, isChained),
            ("ValidationError" or "ValidationException" or "InvalidParameterValue" or "InvalidParameterCombination" or "MissingParameter" or "MalformedInput" or "InvalidArgument" or "InvalidAction", _, _) =>
                StsFailures.InvalidRequest(seen),
            ("RequestTimeout" or "RequestTimeoutException", _, _) or (_, _, 408) => StsFailures.Unavailable(seen),
            _ => StsFailures.Unknown(seen + ClaimsOf(context)),
        };
    }

    /// <summary>An error without STS's codes: a server that is not STS answered.</summary>
    public static Failure ClassifyForeign(StsError error, ExchangeContext context) => error.HttpStatus switch
    {
        407 => NetworkFailures.ProxyRefused($"it answered {context.Operation} for {context.Endpoint} with HTTP 407", context.FindRoute?.Invoke()),
        >= 500 => StsFailures.Unavailable(
            $"{context.Endpoint}, or a proxy between it and the pod, answered {context.Operation} with HTTP {error.HttpStatus} and no STS error in the body."),
        >= 300 and < 400 => NetworkFailures.NotSts($"it redirects (HTTP {error.HttpStatus}), which STS never does", context),
        _ => NetworkFailures.NotSts($"HTTP {error.HttpStatus} without an STS error in the body", context),
    };

    private static Failure ClassifyInvalidToken(string sentence, string seen, ExchangeContext context)
    {
        var needed = TrustPolicy.For(context.Token, context.RoleArn);
        return sentence switch
        {
            _ when Says("retrieve verification key") => StsFailures.NoKeysOfIssuer(seen),
            _ when Says("No OpenIDConnect provider found") => StsFailures.NoProvider(seen + ClaimsOf(context), needed),
            _ when Says("Incorrect token audience") => StsFailures.OtherAudience(seen + ClaimsOf(context), needed),
            _ when Says("thumbprint") => StsFailures.OtherThumbprint(seen, needed),
            _ => StsFailures.InvalidToken(seen + ClaimsOf(context)),
        };

        bool Says(string part) => sentence.Contains(part, StringComparison.OrdinalIgnoreCase);
    }

    private static Failure ClassifyDenial(string sentence, string seen, bool isChained, StsError error, ExchangeContext context) => sentence switch
    {
        _ when OtherPolicy(sentence) is { } policy => StsFailures.OtherPolicyDenies(seen, policy, context),
        _ when sentence.Contains("sts:TagSession", StringComparison.Ordinal) => StsFailures.ActionDenied(seen, "sts:TagSession", context.RoleArn),
        _ when sentence.Contains("sts:SetSourceIdentity", StringComparison.Ordinal) => StsFailures.ActionDenied(seen, "sts:SetSourceIdentity", context.RoleArn),
        _ when isChained && sentence.Contains("explicit deny in an identity-based policy", StringComparison.OrdinalIgnoreCase) => StsFailures.IdentityPolicyDenies(seen, CallerOf(sentence), context.RoleArn),
        _ when isChained && sentence.Contains("no identity-based policy allows", StringComparison.OrdinalIgnoreCase) => StsFailures.IdentityPolicyLacks(seen, CallerOf(sentence), context.RoleArn),
        _ when isChained => StsFailures.SecondRoleDenied(seen, context.RoleArn),
        _ when context.Token?.Expiration <= error.Date => TokenFileFailures.Expired(string.Create(
            CultureInfo.InvariantCulture,
            $"{seen} It gives no reason, but its clock says {error.Date:u}, and the token had expired by then.{ClaimsOf(context)}")),
        _ => StsFailures.NotTrusted(seen + ClaimsOf(context), context.RoleArn, TrustPolicy.For(context.Token, context.RoleArn)),
    };

    /// <summary>STS names the kind of policy if it is not the role's trust policy that denies the call.</summary>
    private static string? OtherPolicy(string sentence)
    {
        string[] kinds = ["service control policy", "resource control policy", "VPC endpoint policy", "permissions boundary", "session policy"];
        return Array.Find(kinds, kind => sentence.Contains(kind, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>The role whose session the sentence names: "User: arn:aws:sts::111122223333:assumed-role/orders/session is not authorized".</summary>
    private static string CallerOf(string sentence) =>
        AssumedRole().Match(sentence) is { Success: true } caller
            ? $"arn:{caller.Groups[1].Value}:iam::{caller.Groups[2].Value}:role/{caller.Groups[3].Value}"
            : "the first role";

    [GeneratedRegex(@"arn:([a-z-]+):sts::([0-9]{12}):assumed-role/([A-Za-z0-9_+=,.@-]+)/")]
    private static partial Regex AssumedRole();

    private static bool IsWrongClock(string? code, string sentence) =>
        code is "RequestTimeTooSkewed" or "RequestExpired" || (code is "SignatureDoesNotMatch" or "InvalidSignatureException" && (
            sentence.Contains("Signature expired", StringComparison.OrdinalIgnoreCase) || sentence.Contains("Signature not yet current", StringComparison.OrdinalIgnoreCase)));

    private static bool IsDurationTooLong(string sentence) =>
        sentence.Contains("DurationSeconds exceeds", StringComparison.OrdinalIgnoreCase)
        || sentence.Contains("exceeds the 1 hour session limit", StringComparison.OrdinalIgnoreCase);

    private static string ClaimsOf(ExchangeContext context) => context.Token is not { } token
        ? string.Empty
        : string.Create(
            CultureInfo.InvariantCulture,
            $" The token in the file has the issuer {Claim(token.Issuer)}, the subject {Claim(token.Subject)} and the audience {Claim(token.Audience.Count == 0 ? null : string.Join(' ', token.Audience))}")
            + (token.Expiration is { } expires ? string.Create(CultureInfo.InvariantCulture, $"; it expires at {expires:u}.") : ".");

    private static string Claim(string? value) => value is null ? "(none)" : Quote(value);
}
