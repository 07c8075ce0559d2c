using Amazon.Runtime;

namespace Irsa.Credentials.AwsSdk;

/// <summary>Decides whether a service's refusal is worth a second try with other credentials.</summary>
internal static class SessionRejection
{
    /// <summary>S3 and the query services say <c>ExpiredToken</c>, the JSON services <c>ExpiredTokenException</c>; a revoked session is an <c>InvalidToken</c>.</summary>
    public static bool IsRejection(AmazonServiceException exception) =>
        exception.ErrorCode is "ExpiredToken" or "ExpiredTokenException" or "InvalidToken";
}
