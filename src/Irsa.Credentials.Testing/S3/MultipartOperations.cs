using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Xml.Linq;
using Microsoft.AspNetCore.Http;

namespace Irsa.Credentials.Testing;

/// <summary>Uploads in parts (https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html).</summary>
internal sealed class MultipartOperations
{
    private const long SmallestPart = 5 * 1024 * 1024;

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

    public Task CreateAsync(S3Request request, IReadOnlyDictionary<string, string> headers)
    {
        var upload = new MultipartUpload(request.Bucket, request.Key, headers, _time.GetUtcNow());
        _uploads[upload.Id] = upload;
        return S3Xml.WriteAsync(request.Context, S3Xml.Element(
            "InitiateMultipartUploadResult",
            S3Xml.Element("Bucket", request.Bucket),
            S3Xml.Element("Key", request.Key),
            S3Xml.Element("UploadId", upload.Id)));
    }

    public async Task PutPartAsync(S3Request request, SigV4Signature signature)
    {
        var upload = Find(request);
        if (!int.TryParse(request.Query("partNumber"), CultureInfo.InvariantCulture, out var number) || number is < 1 or > 10_000)
        {
            throw new S3Exception(S3Error.InvalidArgument("Part number must be an integer between 1 and 10000, inclusive"));
        }

        var (blob, checksum) = await _receiver.ReceiveAsync(request.Context.Request, signature, request.Aborted).ConfigureAwait(false);
        upload.Parts[number] = blob;
        request.Context.Response.Headers.ETag = $"\"{blob.Md5}\"";
        if (checksum is { } value)
        {
            request.Context.Response.Headers[value.Key] = value.Value;
        }
    }

    public async Task CompleteAsync(S3Request request)
    {
        var upload = Find(request);
        var parts = Judge(upload, await ReadPartsAsync(request).ConfigureAwait(false));
        var name = Guid.NewGuid().ToString("N");
        using var md5s = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        var whole = new FileStream(Path.Combine(_store.BlobFolder, name), FileMode.CreateNew, FileAccess.Write, FileShare.None, 64 * 1024, useAsync: true);
        await using (whole.ConfigureAwait(false))
        {
            foreach (var part in parts)
            {
                md5s.AppendData(Convert.FromHexString(part.Md5));
                var file = part.Open();
                await using (file.ConfigureAwait(false))
                {
                    await file.CopyToAsync(whole, request.Aborted).ConfigureAwait(false);
                }
            }
        }

        var etag = string.Create(CultureInfo.InvariantCulture, $"\"{Convert.ToHexString(md5s.GetHashAndReset()).ToLowerInvariant()}-{parts.Count}\"");
        _store.Put(upload.Bucket, new StoredObject(upload.Key, name, parts.Sum(static part => part.Length), etag, _time.GetUtcNow(), upload.Headers));
        Remove(upload);
        await S3Xml.WriteAsync(request.Context, S3Xml.Element(
            "CompleteMultipartUploadResult",
            S3Xml.Element("Bucket", upload.Bucket),
            S3Xml.Element("Key", upload.Key),
            S3Xml.Element("ETag", etag))).ConfigureAwait(false);
    }

    public void Abort(S3Request request)
    {
        Remove(Find(request));
        request.Context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    public Task ListPartsAsync(S3Request request)
    {
        var upload = Find(request);
        return S3Xml.WriteAsync(request.Context, S3Xml.Element(
            "ListPartsResult",
            S3Xml.Element("Bucket", upload.Bucket),
            S3Xml.Element("Key", upload.Key),
            S3Xml.Element("UploadId", upload.Id),
            S3Xml.Element("IsTruncated", "false"),
            upload.Parts.OrderBy(static part => part.Key).Select(static part => S3Xml.Element(
                "Part",
                S3Xml.Element("PartNumber", part.Key),
                S3Xml.Element("ETag", $"\"{part.Value.Md5}\""),
                S3Xml.Element("Size", part.Value.Length)))));
    }

    public Task ListUploadsAsync(S3Request request) => S3Xml.WriteAsync(request.Context, S3Xml.Element(
        "ListMultipartUploadsResult",
        S3Xml.Element("Bucket", request.Bucket),
        S3Xml.Element("IsTruncated", "false"),
        _uploads.Values.Where(upload => upload.Bucket == request.Bucket).OrderBy(static upload => upload.Key, Utf8Order.Instance).Select(static upload => S3Xml.Element(
            "Upload",
            S3Xml.Element("Key", upload.Key),
            S3Xml.Element("UploadId", upload.Id),
            S3Xml.Element("Initiated", S3Xml.Time(upload.Initiated))))));

    private static async Task<List<(int Number, string ETag)>> ReadPartsAsync(S3Request request)
    {
        try
        {
            var document = await XDocument.LoadAsync(request.Context.Request.Body, LoadOptions.None, request.Aborted).ConfigureAwait(false);
            return [.. document.Root!.Elements().Where(static part => part.Name.LocalName == "Part").Select(static part => (
                (int)part.Elements().First(static field => field.Name.LocalName == "PartNumber"),
                ((string)part.Elements().First(static field => field.Name.LocalName == "ETag")).Trim('"')))];
        }
        catch (Exception malformed) when (malformed is System.Xml.XmlException or InvalidOperationException or FormatException)
        {
            throw new S3Exception(S3Error.MalformedXml);
        }
    }

    private static List<Blob> Judge(MultipartUpload upload, List<(int Number, string ETag)> parts)
    {
        if (parts.Count == 0)
        {
            throw new S3Exception(S3Error.MalformedXml);
        }

        if (parts.Zip(parts.Skip(1)).Any(static pair => pair.First.Number >= pair.Second.Number))
        {
            throw new S3Exception(S3Error.InvalidPartOrder);
        }

        var blobs = parts.Select(part => upload.Parts.TryGetValue(part.Number, out var blob) && blob.Md5 == part.ETag ? blob : throw new S3Exception(S3Error.InvalidPart)).ToList();
        return blobs.SkipLast(1).All(static blob => blob.Length >= SmallestPart) ? blobs : throw new S3Exception(S3Error.EntityTooSmall);
    }

    private MultipartUpload Find(S3Request request) =>
        _uploads.TryGetValue(request.Query("uploadId") ?? string.Empty, out var upload) && upload.Bucket == request.Bucket && upload.Key == request.Key
            ? upload
            : throw new S3Exception(S3Error.NoSuchUpload);

    private void Remove(MultipartUpload upload)
    {
        _uploads.TryRemove(upload.Id, out _);
        foreach (var part in upload.Parts.Values)
        {
            File.Delete(part.Path);
        }
    }
}
