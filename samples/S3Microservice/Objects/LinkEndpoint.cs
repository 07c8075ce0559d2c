using Amazon.S3;
using Amazon.S3.Model;
using Irsa.Credentials;
using Microsoft.Extensions.Options;

namespace S3Microservice.Objects;

internal static class LinkEndpoint
{
    private const string Route = "/links/";
    private const int LongestMinutes = 7 * 24 * 60;

    public static void MapLinks(this IEndpointRouteBuilder routes) => routes.MapPost(Route + "{**key}", ShareAsync);

    /// <summary>A link that ends with the session that signed it at the latest, and says when that is.</summary>
    private static async Task<SharedLink> ShareAsync(HttpContext context, int? minutes, IAmazonS3 s3, IOptions<BucketOptions> options)
    {
        if (minutes is < 1 or > LongestMinutes)
        {
            throw new BadHttpRequestException("minutes is 1 to 10080, which is 7 days.");
        }

        var request = new GetPreSignedUrlRequest
        {
            BucketName = options.Value.Bucket,
            Key = ObjectKey.Of(context, Route),
            Protocol = s3.Config.ServiceURL?.StartsWith("http:", StringComparison.Ordinal) == true ? Protocol.HTTP : Protocol.HTTPS,
        };
        var link = await s3.GetPresignedUrlAsync(request, TimeSpan.FromMinutes(minutes ?? 15), ShortSessionBehavior.Cap, context.RequestAborted);
        context.Response.Headers.CacheControl = "no-store";
        return new SharedLink(link.Url.AbsoluteUri, link.Expiration, link.IsCapped);
    }
}

internal sealed record SharedLink(string Url, DateTimeOffset Expiration, bool IsCapped);
