using System.Globalization;
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
        routes.MapPut("/objects/{**key}", PutAsync);
        routes.MapGet("/objects/{**key}", GetAsync);
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
        var stored = await upload.StoreAsync(ObjectKey.Of(context), context.Request.Body, context.Request.ContentType, context.RequestAborted);
        return Results.Json(stored, SampleJson.Default.StoredAnswer, statusCode: StatusCodes.Status201Created);
    }

    private static async Task GetAsync(HttpContext context, IAmazonS3 s3, IOptions<BucketOptions> options)
    {
        var range = context.Request.Headers.Range.ToString();
        var request = new GetObjectRequest { BucketName = options.Value.Bucket, Key = ObjectKey.Of(context) };
        if (range.StartsWith("bytes=", StringComparison.Ordinal) && !range.Contains(','))
        {
            request.ByteRange = new ByteRange(range);
        }

        using var found = await s3.GetObjectAsync(request, context.RequestAborted);
        var response = context.Response;
        response.StatusCode = (int)found.HttpStatusCode;
        response.ContentType = found.Headers.ContentType;
        response.ContentLength = found.ContentLength;
        response.Headers.ETag = found.ETag;
        response.Headers.LastModified = found.LastModified?.ToUniversalTime().ToString("R", CultureInfo.InvariantCulture);
        response.Headers.AcceptRanges = "bytes";
        response.Headers.ContentDisposition = "attachment";
        if (found.ContentRange is { Length: > 0 } part)
        {
            response.Headers.ContentRange = part;
        }

        await found.ResponseStream.CopyToAsync(response.Body, context.RequestAborted);
    }

    private static async Task<IResult> DeleteAsync(HttpContext context, IAmazonS3 s3, IOptions<BucketOptions> options)
    {
        await s3.DeleteObjectAsync(options.Value.Bucket, ObjectKey.Of(context), context.RequestAborted);
        return Results.NoContent();
    }
}
