using Amazon.Runtime;
using Amazon.Runtime.Endpoints;
using Amazon.S3;
using Amazon.S3.Model;
using Amazon.Util;

namespace Irsa.Credentials.AwsSdk;

/// <summary>Signs URLs with S3's own client, by the clock that it signs with.</summary>
internal static class S3UrlSigner
{
    /// <summary>The URL ends after the lifetime, which is rounded down to whole seconds as a URL has them. It has the scheme of the client's endpoint.</summary>
    public static async Task<SignedUrl> SignAsync(IAmazonS3 s3, GetPreSignedUrlRequest request, TimeSpan lifetime)
    {
        var expiration = ServiceTime(s3, request) + TimeSpan.FromSeconds(Math.Floor(lifetime.TotalSeconds));
        request.Expires = expiration;
        if (EndpointOf(s3, request) is { } endpoint && endpoint.StartsWith("http:", StringComparison.OrdinalIgnoreCase))
        {
            request.Protocol = Protocol.HTTP;
        }

        return SignedUrl.Parse(await s3.GetPreSignedURLAsync(request).ConfigureAwait(false), new DateTimeOffset(expiration, TimeSpan.Zero));
    }

    /// <summary>What is left of a session by the service's clock; null for credentials that are not known or do not say when they end.</summary>
    public static async Task<TimeSpan?> RemainingAsync(IAmazonS3 s3, GetPreSignedUrlRequest request, AWSCredentials? credentials)
    {
        if (credentials is null)
        {
            return null;
        }

        await credentials.GetCredentialsAsync().ConfigureAwait(false);
        return credentials.Expiration?.ToUniversalTime() - ServiceTime(s3, request);
    }

    /// <summary>The SDK learns from answers how far the local clock is off that of each endpoint. A URL's lifetime is counted by the latter.</summary>
    private static DateTime ServiceTime(IAmazonS3 s3, GetPreSignedUrlRequest request) =>
        EndpointOf(s3, request) is { } endpoint ? CorrectClockSkew.GetCorrectedUtcNowForEndpoint(endpoint) : AWSSDKUtils.CorrectedUtcNow;

    /// <summary>Null for a stand-in of the client.</summary>
    private static string? EndpointOf(IAmazonS3 s3, GetPreSignedUrlRequest request) =>
        s3.Config?.DetermineServiceOperationEndpoint(new ServiceOperationEndpointParameters(request))?.URL;
}
