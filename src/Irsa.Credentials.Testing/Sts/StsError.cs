using System.Globalization;

namespace Irsa.Credentials.Testing;

/// <summary>An error of STS, with the code, status and message of AWS.</summary>
internal sealed record StsError(int Status, string Code, string Message)
{
    public static readonly StsError DurationAboveRole = Validation("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");

    public static readonly StsError DurationAboveChain = Validation("The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.");

    public static readonly StsError InvalidArn = Validation("Request ARN is invalid");

    public static StsError AccessDenied(string operation) => new(403, "AccessDenied", $"Not authorized to perform sts:{operation}");

    public static StsError NotAuthorized(IssuedSession caller, string action, LocalRoleArn role) =>
        new(403, "AccessDenied", $"User: {caller.AssumedRoleArn} is not authorized to perform: {action} on resource: {role}");

    /// <param name="why">What is wrong with the form, without its content.</param>
    public static StsError Malformed(string why) => new(400, "MalformedHttpRequestException", $"The request could not be read: {why}");

    public static StsError InvalidToken(string message) => new(400, "InvalidIdentityToken", message);

    public static StsError Validation(string message) => new(400, "ValidationError", message);

    /// <summary>
    /// Returns the error of STS for a signature that was refused
    /// (<see href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html"/>).
    /// </summary>
    /// <param name="result">The result of the verification.</param>
    /// <param name="rules">What STS demands.</param>
    /// <param name="now">The time of the verification.</param>
    public static StsError OfSignature(SigV4VerificationResult result, SigV4Rules rules, DateTimeOffset now) => result.Failure switch
    {
        SigV4Failure.Missing => new(403, "MissingAuthenticationToken", "Request is missing Authentication Token"),
        SigV4Failure.WrongService => Mismatch($"Credential should be scoped to correct service: '{rules.Service}'."),
        SigV4Failure.WrongRegion => Mismatch("Credential should be scoped to a valid region."),
        SigV4Failure.UnknownAccessKey or SigV4Failure.TokenMissing or SigV4Failure.TokenOfOtherSession =>
            new(403, "InvalidClientTokenId", "The security token included in the request is invalid"),
        SigV4Failure.SessionExpired => new(403, "ExpiredToken", "The security token included in the request is expired"),
        SigV4Failure.SignedTooEarly => Mismatch(Expired(result.Authorization!, rules.AllowedClockSkew, now)),
        SigV4Failure.SignedTooLate or SigV4Failure.UrlNotYetValid => Mismatch(NotYetCurrent(result.Authorization!, rules.AllowedClockSkew, now)),
        SigV4Failure.UrlLifetimeInvalid => Validation($"X-Amz-Expires must be between 0 and {(int)rules.LongestUrlLifetime.TotalSeconds} seconds"),
        SigV4Failure.UrlExpired => Mismatch(Expired(result.Authorization!, result.Authorization!.Expires, now)),
        SigV4Failure.UnsignedHeaders => Mismatch("There are headers in the request that are not signed."),
        SigV4Failure.SignatureMismatch =>
            Mismatch("The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method."),
        _ => new(400, "IncompleteSignature", "The request signature does not conform to AWS standards."),
    };

    private static string Expired(SigV4Authorization authorization, TimeSpan allowed, DateTimeOffset now) =>
        $"Signature expired: {authorization.Timestamp} is now earlier than {Time(now - allowed)} ({Time(now)} - {Minutes(allowed)} min.)";

    private static string NotYetCurrent(SigV4Authorization authorization, TimeSpan allowed, DateTimeOffset now) =>
        $"Signature not yet current: {authorization.Timestamp} is still later than {Time(now + allowed)} ({Time(now)} + {Minutes(allowed)} min.)";

    private static string Time(DateTimeOffset time) => time.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);

    private static string Minutes(TimeSpan time) => ((int)time.TotalMinutes).ToString(CultureInfo.InvariantCulture);

    private static StsError Mismatch(string message) => new(403, "SignatureDoesNotMatch", message);
}
