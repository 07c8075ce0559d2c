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
    private const int FirstPartSize = 8 * 1024 * 1024;

    private readonly IAmazonS3 _s3;
    private readonly string _bucket;

    public ObjectUpload(IAmazonS3 s3, IOptions<BucketOptions> options)
    {
        _s3 = s3;
        _bucket = options.Value.Bucket;
    }

    public async Task<StoredAnswer> StoreAsync(string key, Stream body, string? contentType, CancellationToken cancellationToken)
    {
        var buffer = new byte[FirstPartSize];
        var length = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        if (length < buffer.Length)
        {
            var put = new PutObjectRequest { BucketName = _bucket, Key = key, InputStream = new MemoryStream(buffer, 0, length), ContentType = contentType };
            return new StoredAnswer(key, length, (await _s3.PutObjectAsync(put, cancellationToken)).ETag);
        }

        var started = await _s3.InitiateMultipartUploadAsync(
            new InitiateMultipartUploadRequest { BucketName = _bucket, Key = key, ContentType = contentType },
            cancellationToken);
        try
        {
            return await StorePartsAsync(started.UploadId, key, body, buffer, cancellationToken);
        }
        catch
        {
            // Parts without an object cost money until somebody removes them; the caller's own cancellation must not keep them.
            await _s3.AbortMultipartUploadAsync(_bucket, key, started.UploadId, CancellationToken.None);
            throw;
        }
    }

    private async Task<StoredAnswer> StorePartsAsync(string uploadId, string key, Stream body, byte[] buffer, CancellationToken cancellationToken)
    {
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

            // S3 allows 10,000 parts: they grow by their first size every thousand, which makes room for 440 GB.
            if (etags.Count % 1000 == 0)
            {
                buffer = new byte[buffer.Length + FirstPartSize];
            }

            length = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        }

        var completed = await _s3.CompleteMultipartUploadAsync(
            new CompleteMultipartUploadRequest { BucketName = _bucket, Key = key, UploadId = uploadId, PartETags = etags },
            cancellationToken);
        return new StoredAnswer(key, total, completed.ETag);
    }
}
