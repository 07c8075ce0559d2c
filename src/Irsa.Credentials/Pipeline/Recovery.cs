using Amazon.Runtime;
using Irsa.Credentials.Refresh;

namespace Irsa.Credentials.Pipeline;

/// <summary>Decides whether a service's refusal is worth a second try with other credentials.</summary>
internal static class Recovery
{
    /// <summary>S3 and the query services say <c>ExpiredToken</c>, the JSON services <c>ExpiredTokenException</c>; a revoked session is an <c>InvalidToken</c>.</summary>
    public static bool IsRejection(AmazonServiceException exception) =>
        exception.ErrorCode is "ExpiredToken" or "ExpiredTokenException" or "InvalidToken";

    /// <summary>
    /// Drops the rejected session if it is still the current one. False where it stays, because too little time has passed since the last
    /// such rejection: a service that rejects everything gets no second request.
    /// </summary>
    public static bool Begin(WebIdentityTokenCredentials identity, CredentialSnapshot rejected) =>
        identity.Invalidate(rejected.Keys.AccessKey) || identity.Cache.Current != rejected;
}
