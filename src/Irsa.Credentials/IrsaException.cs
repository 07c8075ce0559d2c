using Amazon.Runtime;
using Irsa.Credentials.Failures;

namespace Irsa.Credentials;

/// <summary>
/// No credentials, and why: what was seen, the cause, the next step and a stable id. Its text and <see cref="Exception.Data"/> never
/// hold the token, the secret key or the session token.
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

    /// <summary>Gets the id as it is written in logs and in the README, for instance <c>IRSA301</c>.</summary>
    public string Id => Failure.Id;

    /// <summary>Gets the next step for the person who reads this.</summary>
    public string Remedy => Failure.Remedy;

    /// <summary>Gets a value indicating whether waiting will not help: somebody has to change something.</summary>
    public bool IsPermanent => Failure.IsPermanent;

    /// <summary>Gets the error code that STS answered with, for instance <c>AccessDenied</c>; null when STS did not answer.</summary>
    public string? StsErrorCode => Failure.Sts?.ErrorCode;

    /// <summary>Gets the HTTP status of the answer; null when there was none.</summary>
    public int? HttpStatus => Failure.Sts?.HttpStatus;

    /// <summary>Gets the request id of the answer, for AWS support and CloudTrail; null when there was none.</summary>
    public string? RequestId => Failure.Sts?.RequestId;

    /// <summary>Gets the role that was asked for.</summary>
    public string? RoleArn => Failure.RoleArn;

    /// <summary>Gets the STS endpoint that was called.</summary>
    public string? Endpoint => Failure.Endpoint;

    /// <summary>Gets the issuer (<c>iss</c>) that the token on disk claims.</summary>
    public string? TokenIssuer => Failure.Token?.Issuer;

    /// <summary>Gets the subject (<c>sub</c>) that the token on disk claims.</summary>
    public string? TokenSubject => Failure.Token?.Subject;

    /// <summary>Gets the audience (<c>aud</c>) that the token on disk claims.</summary>
    public IReadOnlyList<string> TokenAudience => Failure.Token?.Audience ?? [];

    /// <summary>Gets the expiration (<c>exp</c>) that the token on disk claims.</summary>
    public DateTimeOffset? TokenExpiration => Failure.Token?.Expiration;

    /// <summary>Gets how many calls were made before giving up.</summary>
    public int Attempts => Failure.Attempts;

    /// <summary>
    /// Gets the earliest time at which STS is asked again; null where no attempt follows. With nothing to serve, callers get this failure at
    /// once until then (or until the token file changes), and the first one after it asks. While credentials are served
    /// (<see cref="CredentialStatus.LastError"/>) it is the next attempt behind the callers.
    /// </summary>
    public DateTimeOffset? NextRetry { get; }

    internal Failure Failure { get; }
}
