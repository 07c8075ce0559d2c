using System.Net.Http.Headers;
using Amazon.S3;
using Amazon.S3.Model;
using Microsoft.Extensions.Options;

namespace S3Microservice.Objects;

/// <summary>
/// Stores a body of any size with one part of it in memory: small ones in a single request, others in parts, each of which can be sent again
/// after a failure and is signed with the credentials of its own moment.
/// </summary>
internal sealed class ObjectUpload
{
    private static readonly TimeSpan PatienceWithAbort = TimeSpan.FromSeconds(10);

    private readonly IAmazonS3 _s3;
    private readonly string _bucket;
    private readonly ILogger<ObjectUpload> _logger;

    public ObjectUpload(IAmazonS3 s3, IOptions<BucketOptions> options, ILogger<ObjectUpload> logger)
    {
        _s3 = s3;
        _bucket = options.Value.Bucket;
        _logger = logger;
    }

    /// <exception cref="BadHttpRequestException">The content type is none.</exception>
    public async Task<StoredAnswer> StoreAsync(string key, HttpRequest request)
    {
        var cancellationToken = request.HttpContext.RequestAborted;
        var description = Describe(request);
        var buffer = new byte[Math.Min(request.ContentLength ?? PartSize.First, PartSize.First)];
        var length = await request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        if (length < PartSize.First)
        {
            var put = new PutObjectRequest
            {
                BucketName = _bucket,
                Key = key,
                InputStream = new MemoryStream(buffer, 0, length),
                IfMatch = request.Headers.IfMatch,
                IfNoneMatch = request.Headers.IfNoneMatch,
            };
            (put.Headers.ContentType, put.Headers.ContentEncoding) = description;
            return new StoredAnswer(key, length, (await _s3.PutObjectAsync(put, cancellationToken)).ETag);
        }

        var start = new InitiateMultipartUploadRequest { BucketName = _bucket, Key = key };
        (start.Headers.ContentType, start.Headers.ContentEncoding) = description;
        var started = await _s3.InitiateMultipartUploadAsync(start, cancellationToken);
        try
        {
            return await StorePartsAsync(started.UploadId, key, request, buffer);
        }
        catch
        {
            await AbortAsync(started.UploadId, key);
            throw;
        }
    }

    /// <summary>The media type as the HTTP client will write it: the SDK signs the text that it is given.</summary>
    private static (string? ContentType, string? ContentEncoding) Describe(HttpRequest request)
    {
        MediaTypeHeaderValue? type = null;
        return request.ContentType is null || MediaTypeHeaderValue.TryParse(request.ContentType, out type)
            ? (type?.ToString(), request.Headers.ContentEncoding)
            : throw new BadHttpRequestException("Content-Type is no media type, which has the form type/subtype.");
    }

    private async Task<StoredAnswer> StorePartsAsync(string uploadId, string key, HttpRequest request, byte[] buffer)
    {
        var cancellationToken = request.HttpContext.RequestAborted;
        var etags = new List<PartETag>();
        var total = 0L;
        for (var length = buffer.Length; length > 0;)
        {
            var part = new UploadPartRequest
            {
                BucketName = _bucket,
                Key = key,
                UploadId = uploadId,
                PartNumber = etags.Count + 1,
                InputStream = new MemoryStream(buffer, 0, length),
                PartSize = length,
            };
            etags.Add(new PartETag(part.PartNumber.Value, (await _s3.UploadPartAsync(part, cancellationToken)).ETag));
            total += length;
            if (buffer.Length < PartSize.After(etags.Count))
            {
                buffer = new byte[PartSize.After(etags.Count)];
            }

            length = await request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        }

        var complete = new CompleteMultipartUploadRequest
        {
            BucketName = _bucket,
            Key = key,
            UploadId = uploadId,
            PartETags = etags,
            IfMatch = request.Headers.IfMatch,
            IfNoneMatch = request.Headers.IfNoneMatch,
        };
        return new StoredAnswer(key, total, (await _s3.CompleteMultipartUploadAsync(complete, cancellationToken)).ETag);
    }

    /// <summary>
    /// Parts without an object cost money until somebody removes them. The caller's own cancellation must not keep them, and a failure here must
    /// not take the place of the one that led here.
    /// </summary>
    private async Task AbortAsync(string uploadId, string key)
    {
        using var patience = new CancellationTokenSource(PatienceWithAbort);
        try
        {
            await _s3.AbortMultipartUploadAsync(_bucket, key, uploadId, patience.Token);
        }
        catch (Exception failure)
        {
            _logger.PartsAreLeft(uploadId, failure);
        }
    }
}
