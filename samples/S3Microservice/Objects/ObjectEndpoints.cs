using Amazon.S3;
using Amazon.S3.Model;
using Microsoft.Extensions.Options;

namespace S3Microservice.Objects;

internal static class ObjectEndpoints
{
    public static void MapObjects(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/objects", ListAsync).WithSummary("Lists objects and folders, in the order of their keys.").ProducesProblem(400);
        routes.MapPut("/objects/{**key}", PutAsync).WithSummary("Stores the body as an object; If-Match and If-None-Match decide over one that is there.")
            .Produces<StoredAnswer>(201).ProducesProblem(400).ProducesProblem(412).ProducesProblem(413).ProducesProblem(503);
        routes.MapMethods("/objects/{**key}", [HttpMethods.Get, HttpMethods.Head], GetAsync).WithSummary("Returns an object, a range of it, or its headers alone.")
            .Produces<byte[]>(200, "application/octet-stream").ProducesProblem(404).ProducesProblem(416);
        routes.MapDelete("/objects/{**key}", DeleteAsync).WithSummary("Deletes an object; one that is not there counts as deleted.").Produces(204).ProducesProblem(412);
    }

    private static async Task<ObjectPage> ListAsync(
        string? prefix,
        string? delimiter,
        string? next,
        string? size,
        IAmazonS3 s3,
        IOptions<BucketOptions> options,
        CancellationToken cancellationToken)
    {
        var page = await s3.ListObjectsV2Async(
            new ListObjectsV2Request { BucketName = options.Value.Bucket, Prefix = prefix, Delimiter = delimiter, ContinuationToken = next, MaxKeys = QueryNumber.Size.Read(size, otherwise: QueryNumber.Size.Most) },
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
