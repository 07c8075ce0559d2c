using Amazon.Runtime;
using Irsa.Credentials.Failures;

namespace Irsa.Credentials;

/// <summary>
/// Thrown when there are no credentials. The message says what was seen, why it usually happens and what to do, and begins with a stable id.
/// Message, inner exceptions and <see cref="Exception.Data"/> never hold the token, the secret key or the session token.
/// </summary>
public sealed class IrsaException : AmazonClientException
{
    internal IrsaException(Failure failure, DateTimeOffset? nextRetry = null)
        : base(failure.Describe(nextRetry), failure.Cause)
    {
        Failure = failure;
        NextRetry = nextRetry;
    }

    /// <summary>Gets the stable id of the cause.</summary>
    public IrsaErrorCode Code => Failure.Code;

    /// <summary>Gets the id as it is written in logs and in docs/errors.md, for instance <c>IRSA301</c>.</summary>
    public string Id => Failure.Id;

    /// <summary>Gets what to do.</summary>
    public string Remedy => Failure.Remedy;

    /// <summary>Gets a value indicating whether waiting does not help: somebody has to change something.</summary>
    public bool IsPermanent => Failure.IsPermanent;

    /// <summary>Gets the error code of STS, for instance <c>AccessDenied</c>; null if STS did not answer.</summary>
    public string? StsErrorCode => Failure.Sts?.ErrorCode;

    /// <summary>Gets the HTTP status of the response; null without a response.</summary>
    public int? HttpStatus => Failure.Sts?.HttpStatus;

    /// <summary>Gets the request ID of the response, for AWS support and CloudTrail; null without one.</summary>
    public string? RequestId => Failure.Sts?.RequestId;

    /// <summary>Gets the requested role.</summary>
    public string? RoleArn => Failure.RoleArn;

    /// <summary>Gets the STS endpoint that was called.</summary>
    public string? Endpoint => Failure.Endpoint;

    /// <summary>Gets the issuer (<c>iss</c>) that the token in the file claims; nobody has verified it.</summary>
    public string? TokenIssuer => Failure.Token?.Issuer;

    /// <summary>Gets the subject (<c>sub</c>) that the token in the file claims; nobody has verified it.</summary>
    public string? TokenSubject => Failure.Token?.Subject;

    /// <summary>Gets the audience (<c>aud</c>) that the token in the file claims; nobody has verified it.</summary>
    public IReadOnlyList<string> TokenAudience => Failure.Token?.Audience ?? [];

    /// <summary>Gets the expiration (<c>exp</c>) that the token in the file claims; nobody has verified it.</summary>
    public DateTimeOffset? TokenExpiration => Failure.Token?.Expiration;

    /// <summary>Gets the number of HTTP calls to STS in this exchange.</summary>
    public int Attempts => Failure.Attempts;

    /// <summary>
    /// Gets the earliest time of the next exchange; null if none follows. Without usable credentials, callers get this failure at once until then
    /// or until the token file changes, and the first caller after it starts the next exchange. While credentials are usable
    /// (<see cref="CredentialStatus.LastError"/>), the library starts it in the background.
    /// </summary>
    public DateTimeOffset? NextRetry { get; }

    internal Failure Failure { get; }
}
