using Amazon.S3;
using Amazon.S3.Model;
using Microsoft.Extensions.Options;

namespace S3Microservice.Objects;

internal static class ObjectEndpoints
{
    private const int LargestPage = 1000;

    public static void MapObjects(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/objects", ListAsync);
        routes.MapPut("/objects/{**key}", PutAsync).RequireRateLimiting(UploadLimit.Policy);
        routes.MapMethods("/objects/{**key}", [HttpMethods.Get, HttpMethods.Head], GetAsync);
        routes.MapDelete("/objects/{**key}", DeleteAsync);
    }

    private static async Task<ObjectPage> ListAsync(
        string? prefix,
        string? delimiter,
        string? next,
        int? size,
        IAmazonS3 s3,
        IOptions<BucketOptions> options,
        CancellationToken cancellationToken)
    {
        if (size is < 1 or > LargestPage)
        {
            throw new BadHttpRequestException("size is 1 to 1000.");
        }

        var page = await s3.ListObjectsV2Async(
            new ListObjectsV2Request { BucketName = options.Value.Bucket, Prefix = prefix, Delimiter = delimiter, ContinuationToken = next, MaxKeys = size ?? LargestPage },
            cancellationToken);
        return new ObjectPage(
            options.Value.Bucket,
            prefix ?? string.Empty,
            [.. (page.S3Objects ?? []).Select(static item => new ObjectEntry(item.Key, item.Size ?? 0, item.LastModified, item.ETag))],
            page.CommonPrefixes ?? [],
            page.NextContinuationToken);
    }

    private static async Task<IResult> PutAsync(HttpContext context, ObjectUpload upload)
    {
        var stored = await upload.StoreAsync(ObjectKey.Of(context), context.Request);
        context.Response.Headers.ETag = stored.ETag;
        return Results.Created("/objects/" + Uri.EscapeDataString(stored.Key), stored);
    }

    private static Task GetAsync(HttpContext context, ObjectDownload download) => download.AnswerAsync(ObjectKey.Of(context), context);

    private static async Task<IResult> DeleteAsync(HttpContext context, IAmazonS3 s3, IOptions<BucketOptions> options)
    {
        var request = new DeleteObjectRequest { BucketName = options.Value.Bucket, Key = ObjectKey.Of(context), IfMatch = context.Request.Headers.IfMatch };
        await s3.DeleteObjectAsync(request, context.RequestAborted);
        return Results.NoContent();
    }
}
