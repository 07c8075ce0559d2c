using Amazon.S3;
using Amazon.S3.Model;
using Irsa.Credentials;
using Microsoft.Extensions.Options;

namespace S3Microservice.Objects;

internal static class LinkEndpoint
{
    private const string Route = "/links/";

    public static void MapLinks(this IEndpointRouteBuilder routes) => routes.MapPost(Route + "{**key}", ShareAsync)
        .WithSummary("Signs a link with which anybody can download the object for some time.").ProducesProblem(400).ProducesProblem(404);

    /// <summary>A link that ends with the session that signed it at the latest, and says when that is.</summary>
    private static async Task<SharedLink> ShareAsync(HttpContext context, string? minutes, IAmazonS3 s3, IOptions<BucketOptions> options)
    {
        var lifetime = TimeSpan.FromMinutes(QueryNumber.Minutes.Read(minutes, otherwise: 15));
        var key = ObjectKey.Of(context, Route);
        if (key.Split('/').Any(static segment => segment is "." or ".."))
        {
            throw new BadHttpRequestException("A link cannot carry a key with the segment \".\" or \"..\": browsers and other clients remove it, and ask for another object.");
        }

        // Signing asks nobody: without this a link to nothing would be made. It also needs the right to read, which the link uses.
        await s3.GetObjectMetadataAsync(options.Value.Bucket, key, context.RequestAborted);
        var request = new GetPreSignedUrlRequest { BucketName = options.Value.Bucket, Key = key };
        var link = await s3.GetPresignedUrlAsync(request, lifetime, ShortSessionBehavior.Cap, context.RequestAborted);
        context.Response.Headers.CacheControl = "no-store";
        return new SharedLink(link.Url.AbsoluteUri, link.Expiration, link.IsCapped);
    }
}

internal sealed record SharedLink(string Url, DateTimeOffset Expiration, bool IsCapped);
