using System.Buffers;
using System.Globalization;
using System.Net;
using Amazon.S3;
using Amazon.S3.Model;
using Microsoft.AspNetCore.Http.Headers;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace S3Microservice.Objects;

/// <summary>An object as an answer: S3 judges the conditions and cuts the range, and the bytes pass through.</summary>
internal sealed class ObjectDownload
{
    private static readonly SearchValues<char> Plain = SearchValues.Create("-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz");

    private readonly IAmazonS3 _s3;
    private readonly string _bucket;

    public ObjectDownload(IAmazonS3 s3, IOptions<BucketOptions> options)
    {
        _s3 = s3;
        _bucket = options.Value.Bucket;
    }

    public async Task AnswerAsync(string key, HttpContext context)
    {
        // Whoever keeps the object asks whether it is still the same.
        context.Response.Headers.CacheControl = "no-cache";
        try
        {
            await (HttpMethods.IsHead(context.Request.Method) ? DescribeAsync(key, context) : SendAsync(key, context));
        }
        catch (AmazonS3Exception unchanged) when (unchanged.StatusCode == HttpStatusCode.NotModified)
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            context.Response.Headers.ETag = unchanged.Header("ETag");
        }
    }

    private async Task SendAsync(string key, HttpContext context)
    {
        using var found = await OpenAsync(key, context.Request.GetTypedHeaders(), context.RequestAborted);
        var response = context.Response;
        response.StatusCode = (int)found.HttpStatusCode;
        response.Headers.ContentRange = found.ContentRange is { Length: > 0 } part ? part : default;
        Describe(response, key, found.Headers, found.ETag, found.LastModified);
        await found.ResponseStream.CopyToAsync(response.Body, context.RequestAborted);
    }

    private async Task<GetObjectResponse> OpenAsync(string key, RequestHeaders asked, CancellationToken cancellationToken)
    {
        var request = new GetObjectRequest
        {
            BucketName = _bucket,
            Key = key,
            EtagToMatch = asked.Headers.IfMatch,
            EtagToNotMatch = asked.Headers.IfNoneMatch,
            ModifiedSinceDate = asked.IfModifiedSince?.UtcDateTime,
            UnmodifiedSinceDate = asked.IfUnmodifiedSince?.UtcDateTime,
            ByteRange = asked.Range is { Unit.Value: "bytes", Ranges.Count: 1 } range ? new ByteRange(range.ToString()) : null,
        };
        if (request.ByteRange is not null && asked.IfRange is { } begun)
        {
            // S3 knows no If-Range: the rest of the object that was begun, else the whole of the one that is there now.
            if (begun.EntityTag is { IsWeak: false } tag && request.EtagToMatch is null)
            {
                request.EtagToMatch = tag.ToString();
                try
                {
                    return await _s3.GetObjectAsync(request, cancellationToken);
                }
                catch (AmazonS3Exception changed) when (changed.StatusCode == HttpStatusCode.PreconditionFailed)
                {
                    request.EtagToMatch = null;
                }
            }

            request.ByteRange = null;
        }

        return await _s3.GetObjectAsync(request, cancellationToken);
    }

    private async Task DescribeAsync(string key, HttpContext context)
    {
        var asked = context.Request.GetTypedHeaders();
        var request = new GetObjectMetadataRequest
        {
            BucketName = _bucket,
            Key = key,
            EtagToMatch = asked.Headers.IfMatch,
            EtagToNotMatch = asked.Headers.IfNoneMatch,
            ModifiedSinceDate = asked.IfModifiedSince?.UtcDateTime,
            UnmodifiedSinceDate = asked.IfUnmodifiedSince?.UtcDateTime,
        };
        var found = await _s3.GetObjectMetadataAsync(request, context.RequestAborted);
        Describe(context.Response, key, found.Headers, found.ETag, found.LastModified);
    }

    private static void Describe(HttpResponse response, string key, HeadersCollection found, string etag, DateTime? lastModified)
    {
        response.ContentType = found.ContentType;
        response.ContentLength = found.ContentLength;
        response.Headers.ContentEncoding = found.ContentEncoding;
        response.Headers.ETag = etag;
        response.Headers.LastModified = lastModified?.ToUniversalTime().ToString("R", CultureInfo.InvariantCulture);
        response.Headers.AcceptRanges = "bytes";
        response.Headers.ContentDisposition = DispositionOf(key);
    }

    /// <summary>Saved under the last part of the key, and never shown: an object is somebody else's file.</summary>
    private static string DispositionOf(string key)
    {
        var path = key.TrimEnd('/');
        var name = path[(path.LastIndexOf('/') + 1)..];
        if (name.Length > 0 && !name.AsSpan().ContainsAnyExcept(Plain))
        {
            // What the framework writes as well, at a tenth of the cost: most names need neither quotes nor an encoding.
            return $"attachment; filename={name}; filename*=UTF-8''{name}";
        }

        var disposition = new ContentDispositionHeaderValue("attachment");
        if (name.Length > 0)
        {
            disposition.SetHttpFileName(name);
        }

        return disposition.ToString();
    }
}
