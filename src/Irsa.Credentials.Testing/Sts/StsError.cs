namespace Irsa.Credentials.Testing;

/// <summary>A refusal in STS's words.</summary>
internal sealed record StsError(int Status, string Code, string Sentence)
{
    public static readonly StsError DurationAboveRole = Validation("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");

    public static readonly StsError DurationAboveChain = Validation("The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.");

    public static readonly StsError InvalidArn = Validation("Request ARN is invalid");

    public static StsError AccessDenied(string operation) => new(403, "AccessDenied", $"Not authorized to perform sts:{operation}");

    public static StsError NotAuthorized(IssuedSession caller, string action, LocalRoleArn role) =>
        new(403, "AccessDenied", $"User: {caller.AssumedRoleArn} is not authorized to perform: {action} on resource: {role}");

    /// <param name="why">What is wrong with the form; nothing of its content.</param>
    public static StsError Malformed(string why) => new(400, "MalformedHttpRequestException", $"The request could not be read: {why}");

    public static StsError InvalidToken(string sentence) => new(400, "InvalidIdentityToken", sentence);

    public static StsError Validation(string sentence) => new(400, "ValidationError", sentence);

    /// <summary>What S3 calls one way, STS calls another.</summary>
    public static StsError OfSignature(S3Error error) => error.Code switch
    {
        "AccessDenied" => new(403, "MissingAuthenticationToken", "Request is missing Authentication Token"),
        "AuthorizationHeaderMalformed" => new(400, "IncompleteSignature", error.Message),
        "InvalidAccessKeyId" or "InvalidToken" => new(403, "InvalidClientTokenId", "The security token included in the request is invalid"),
        "ExpiredToken" => new(403, "ExpiredToken", "The security token included in the request is expired"),
        _ => new(error.Status, error.Code, error.Message),
    };
}
