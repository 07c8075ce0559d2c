using System.Net.Http.Headers;
using Amazon.S3;
using Amazon.S3.Model;
using Microsoft.Extensions.Options;

namespace S3Microservice.Objects;

/// <summary>
/// Stores a body with at most one part of it in memory: small ones in a single request, others in parts, each of which can be sent again
/// after a failure and is signed with the credentials of its own moment.
/// </summary>
internal sealed class ObjectUpload
{
    /// <summary>Most bodies without a length are small, and a buffer of a whole part costs more time than storing them.</summary>
    private const int FirstRead = 64 * 1024;

    private static readonly TimeSpan AbortTimeout = TimeSpan.FromSeconds(10);

    private readonly IAmazonS3 _s3;
    private readonly string _bucket;
    private readonly ILogger<ObjectUpload> _logger;

    public ObjectUpload(IAmazonS3 s3, IOptions<BucketOptions> options, ILogger<ObjectUpload> logger)
    {
        _s3 = s3;
        _bucket = options.Value.Bucket;
        _logger = logger;
    }

    /// <exception cref="BadHttpRequestException">A header is not valid, the body is not what its header says, or it is too large.</exception>
    public async Task<StoredAnswer> StoreAsync(string key, HttpRequest request)
    {
        var cancellationToken = request.HttpContext.RequestAborted;
        var description = Describe(request);
        using var checksum = BodyChecksum.Of(request);
        if (request.ContentLength > PartSize.LargestObject)
        {
            throw TooLarge();
        }

        var body = await ReadFirstPartAsync(request, cancellationToken);
        checksum?.Append(body.Span);
        if (body.Length < PartSize.Bytes)
        {
            checksum?.Verify();
            var put = new PutObjectRequest
            {
                BucketName = _bucket,
                Key = key,
                InputStream = StreamOf(body),
                IfMatch = request.Headers.IfMatch,
                IfNoneMatch = request.Headers.IfNoneMatch,
            };
            (put.Headers.ContentType, put.Headers.ContentEncoding) = description;
            return new StoredAnswer(key, body.Length, (await _s3.PutObjectAsync(put, cancellationToken)).ETag);
        }

        var start = new InitiateMultipartUploadRequest { BucketName = _bucket, Key = key };
        (start.Headers.ContentType, start.Headers.ContentEncoding) = description;
        var started = await _s3.InitiateMultipartUploadAsync(start, cancellationToken);
        try
        {
            return await StorePartsAsync(started.UploadId, key, request, body, checksum);
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
            : throw new BadHttpRequestException("Content-Type is not a media type, which has the form type/subtype.");
    }

    private static BadHttpRequestException TooLarge() =>
        new($"An object has at most {PartSize.LargestObject / 1_000_000_000} GB here: {PartSize.MostParts} parts of {PartSize.Bytes / 1024 / 1024} MiB.", StatusCodes.Status413PayloadTooLarge);

    private static async Task<Memory<byte>> ReadFirstPartAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var first = GC.AllocateUninitializedArray<byte>((int)Math.Min(request.ContentLength ?? FirstRead, PartSize.Bytes));
        var length = await request.Body.ReadAtLeastAsync(first, first.Length, throwOnEndOfStream: false, cancellationToken);
        if (length < first.Length || request.ContentLength is not null)
        {
            return first.AsMemory(0, length);
        }

        var whole = GC.AllocateUninitializedArray<byte>(PartSize.Bytes);
        first.CopyTo(whole, 0);
        return whole.AsMemory(0, length + await request.Body.ReadAtLeastAsync(whole.AsMemory(length), whole.Length - length, throwOnEndOfStream: false, cancellationToken));
    }

    private static MemoryStream StreamOf(Memory<byte> body) =>
        System.Runtime.InteropServices.MemoryMarshal.TryGetArray<byte>(body, out var array) ? new MemoryStream(array.Array!, array.Offset, array.Count) : new MemoryStream(body.ToArray());

    private async Task<StoredAnswer> StorePartsAsync(string uploadId, string key, HttpRequest request, Memory<byte> buffer, BodyChecksum? checksum)
    {
        var cancellationToken = request.HttpContext.RequestAborted;
        var etags = new List<PartETag>();
        var total = 0L;
        for (var part = buffer; part.Length > 0;)
        {
            if (etags.Count == PartSize.MostParts)
            {
                throw TooLarge();
            }

            var upload = new UploadPartRequest
            {
                BucketName = _bucket,
                Key = key,
                UploadId = uploadId,
                PartNumber = etags.Count + 1,
                InputStream = StreamOf(part),
                PartSize = part.Length,
            };
            etags.Add(new PartETag(upload.PartNumber.Value, (await _s3.UploadPartAsync(upload, cancellationToken)).ETag));
            total += part.Length;
            part = buffer[..await request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken)];
            checksum?.Append(part.Span);
        }

        checksum?.Verify();
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
        using var timeout = new CancellationTokenSource(AbortTimeout);
        try
        {
            await _s3.AbortMultipartUploadAsync(_bucket, key, uploadId, timeout.Token);
        }
        catch (Exception failure)
        {
            _logger.PartsAreLeft(uploadId, failure);
        }
    }
}
