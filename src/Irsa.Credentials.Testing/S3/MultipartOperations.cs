using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;

namespace Irsa.Credentials.Testing;

/// <summary>Multipart uploads (<see href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html"/>).</summary>
internal sealed class MultipartOperations
{
    private readonly ObjectStore _store;
    private readonly BodyReceiver _receiver;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<string, MultipartUpload> _uploads = new(StringComparer.Ordinal);

    public MultipartOperations(ObjectStore store, BodyReceiver receiver, TimeProvider time)
    {
        _store = store;
        _receiver = receiver;
        _time = time;
    }

    public Task CreateAsync(S3Request request)
    {
        var upload = new MultipartUpload(request, _time.GetUtcNow());
        _uploads[upload.Id] = upload;
        if (upload.ChecksumHeader is { } header)
        {
            request.Context.Response.Headers["x-amz-checksum-algorithm"] = header[Checksum.HeaderPrefix.Length..].ToUpperInvariant();
            request.Context.Response.Headers["x-amz-checksum-type"] = upload.IsComposite ? "COMPOSITE" : "FULL_OBJECT";
        }

        return S3Xml.WriteAsync(request.Context, S3Xml.Element(
            "InitiateMultipartUploadResult",
            S3Xml.Element("Bucket", request.Bucket),
            S3Xml.Element("Key", request.Key),
            S3Xml.Element("UploadId", upload.Id)));
    }

    public async Task PutPartAsync(S3Request request, SigV4Signature signature)
    {
        var upload = Find(request);
        var number = PartNumber.Parse(request.Query("partNumber"));
        var (blob, checksum) = await _receiver.ReceiveAsync(request.Context.Request, signature, request.Aborted).ConfigureAwait(false);
        if (upload.ChecksumHeader is { } expected && !expected.Equals(checksum?.Key, StringComparison.OrdinalIgnoreCase))
        {
            File.Delete(blob.Path);
            throw new S3Exception(S3Error.InvalidRequest($"Checksum Type mismatch occurred, expected {expected}, actual {checksum?.Key ?? "null"}"));
        }

        Keep(upload, number, new UploadedPart(blob, checksum));
        request.Context.Response.Headers.ETag = $"\"{blob.Md5}\"";
        if (checksum is { } value)
        {
            request.Context.Response.Headers[value.Key] = value.Value;
        }
    }

    public async Task CopyPartAsync(S3Request request)
    {
        var upload = Find(request);
        var number = PartNumber.Parse(request.Query("partNumber"));
        var source = CopySource.Open(request, _store);
        await using (source.ConfigureAwait(false))
        {
            var (start, length) = ByteRange.Parse(request.Headers["x-amz-copy-source-range"].ToString(), source.Stored.Length) ?? new ByteRange(0, source.Stored.Length);
            source.Content.Position = start;
            using var checksum = upload.ChecksumHeader is { } header ? Checksum.For(header) : null;
            var writer = new BlobWriter(_store.BlobFolder);
            await using (writer.ConfigureAwait(false))
            {
                await writer.AppendAsync(source.Content, length, checksum, request.Aborted).ConfigureAwait(false);
                var blob = await writer.CloseAsync().ConfigureAwait(false);
                writer.Keep();
                Keep(upload, number, new UploadedPart(blob, checksum is null ? null : new(checksum.Header, checksum.Finish())));
                await S3Xml.WriteAsync(request.Context, S3Xml.Element(
                    "CopyPartResult",
                    S3Xml.Element("LastModified", S3Xml.Time(_time.GetUtcNow())),
                    S3Xml.Element("ETag", $"\"{blob.Md5}\""))).ConfigureAwait(false);
            }
        }
    }

    public async Task CompleteAsync(S3Request request, SigV4Signature signature)
    {
        var upload = Find(request);
        var condition = WriteCondition.Of(request.Headers);
        var document = await _receiver.ReceiveXmlAsync(request.Context.Request, signature, checksum: null, request.Aborted).ConfigureAwait(false);
        var parts = CompletedPart.Match(CompletedPart.Parse(document), upload);
        if (!_uploads.TryRemove(upload.Id, out _))
        {
            throw new S3Exception(S3Error.NoSuchUpload);
        }

        StoredObject stored;
        try
        {
            stored = await JoinAsync(request, upload, parts).ConfigureAwait(false);
            _store.Put(upload.Bucket, stored, condition);
        }
        catch
        {
            _uploads[upload.Id] = upload;
            throw;
        }

        upload.DeleteParts();
        await S3Xml.WriteAsync(request.Context, S3Xml.Element(
            "CompleteMultipartUploadResult",
            S3Xml.Element("Bucket", upload.Bucket),
            S3Xml.Element("Key", upload.Key),
            S3Xml.Element("ETag", stored.ETag),
            stored.Headers.Where(static header => header.Key.StartsWith(Checksum.HeaderPrefix, StringComparison.OrdinalIgnoreCase))
                .Select(static header => S3Xml.Element(Checksum.ElementFor(header.Key), header.Value)))).ConfigureAwait(false);
    }

    public void Abort(S3Request request)
    {
        var upload = Find(request);
        _uploads.TryRemove(upload.Id, out _);
        upload.DeleteParts();
        request.Context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    public Task ListPartsAsync(S3Request request) => S3Xml.WriteAsync(request.Context, MultipartListing.OfParts(request, Find(request)));

    public Task ListUploadsAsync(S3Request request) => S3Xml.WriteAsync(request.Context, MultipartListing.OfUploads(request, _uploads.Values));

    /// <exception cref="S3Exception">The checksum of the object differs from that of the request.</exception>
    private async Task<StoredObject> JoinAsync(S3Request request, MultipartUpload upload, IReadOnlyList<UploadedPart> parts)
    {
        using var checksum = upload.WholeChecksum(request.Headers);
        using var md5s = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        var writer = new BlobWriter(_store.BlobFolder);
        await using (writer.ConfigureAwait(false))
        {
            foreach (var part in parts)
            {
                md5s.AppendData(Convert.FromHexString(part.Blob.Md5));
                if (upload.IsComposite)
                {
                    checksum?.Append(Convert.FromBase64String(part.Checksum!.Value.Value));
                }

                var file = part.Blob.Open();
                await using (file.ConfigureAwait(false))
                {
                    await writer.AppendAsync(file, part.Blob.Length, upload.IsComposite ? null : checksum, request.Aborted).ConfigureAwait(false);
                }
            }

            var headers = upload.Headers.ToDictionary(StringComparer.OrdinalIgnoreCase);
            if (checksum is not null)
            {
                SetChecksum(request, upload, checksum, parts.Count, headers);
            }

            var blob = await writer.CloseAsync().ConfigureAwait(false);
            writer.Keep();
            var etag = string.Create(CultureInfo.InvariantCulture, $"\"{Convert.ToHexString(md5s.GetHashAndReset()).ToLowerInvariant()}-{parts.Count}\"");
            return new StoredObject(upload.Key, Path.GetFileName(blob.Path), blob.Length, etag, _time.GetUtcNow(), headers, [.. parts.Select(static part => part.Blob.Length)]);
        }
    }

    private static void SetChecksum(S3Request request, MultipartUpload upload, Checksum checksum, int parts, Dictionary<string, string> headers)
    {
        var value = checksum.Finish() + (upload.IsComposite ? string.Create(CultureInfo.InvariantCulture, $"-{parts}") : string.Empty);
        if (request.Headers.TryGetValue(checksum.Header, out var claimed) && claimed != value)
        {
            throw new S3Exception(S3Error.BadDigest);
        }

        headers[checksum.Header] = value;
        headers["x-amz-checksum-type"] = upload.IsComposite ? "COMPOSITE" : "FULL_OBJECT";
    }

    private void Keep(MultipartUpload upload, int number, UploadedPart part)
    {
        upload.Set(number, part);
        if (!_uploads.ContainsKey(upload.Id))
        {
            File.Delete(part.Blob.Path);
            throw new S3Exception(S3Error.NoSuchUpload);
        }
    }

    private MultipartUpload Find(S3Request request) =>
        _uploads.TryGetValue(request.Query("uploadId") ?? string.Empty, out var upload) && upload.Bucket == request.Bucket && upload.Key == request.Key
            ? upload
            : throw new S3Exception(S3Error.NoSuchUpload);
}
