using System.Xml.Linq;
using Microsoft.AspNetCore.Http;

namespace Irsa.Credentials.Testing;

/// <summary>Put, copy, get, head and delete of whole objects.</summary>
internal sealed class ObjectOperations
{
    private static readonly string[] KeptHeaders = ["Content-Type", "Cache-Control", "Content-Disposition", "Content-Language", "Expires"];

    private readonly ObjectStore _store;
    private readonly BodyReceiver _receiver;
    private readonly TimeProvider _time;

    public ObjectOperations(ObjectStore store, BodyReceiver receiver, TimeProvider time)
    {
        _store = store;
        _receiver = receiver;
        _time = time;
    }

    /// <summary>What is stored with an object as it was given.</summary>
    public static Dictionary<string, string> HeadersToKeep(IHeaderDictionary headers)
    {
        var kept = headers
            .Where(static header => KeptHeaders.Contains(header.Key, StringComparer.OrdinalIgnoreCase) || header.Key.StartsWith("x-amz-meta-", StringComparison.OrdinalIgnoreCase))
            .ToDictionary(static header => header.Key, static header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);

        // aws-chunked is the way the body travelled, not what it is.
        var encoding = string.Join(",", headers.ContentEncoding.ToString().Split(',', StringSplitOptions.TrimEntries).Where(static coding => coding is not ("aws-chunked" or "")));
        if (encoding.Length > 0)
        {
            kept["Content-Encoding"] = encoding;
        }

        kept.TryAdd("Content-Type", "binary/octet-stream");
        return kept;
    }

    public async Task PutAsync(S3Request request, SigV4Signature signature)
    {
        if (!_store.HasBucket(request.Bucket))
        {
            throw new S3Exception(S3Error.NoSuchBucket);
        }

        var old = _store.Find(request.Bucket, request.Key);
        if (old is not null && request.Headers.IfNoneMatch == "*")
        {
            throw new S3Exception(S3Error.PreconditionFailed);
        }

        var headers = HeadersToKeep(request.Headers);
        var (blob, checksum) = await _receiver.ReceiveAsync(request.Context.Request, signature, request.Aborted).ConfigureAwait(false);
        var etag = $"\"{blob.Md5}\"";
        request.Context.Response.Headers.ETag = etag;
        if (checksum is { } value)
        {
            headers[value.Key] = value.Value;
            request.Context.Response.Headers[value.Key] = value.Value;
        }

        _store.Put(request.Bucket, new StoredObject(request.Key, Path.GetFileName(blob.Path), blob.Length, etag, _time.GetUtcNow(), headers));
    }

    public async Task CopyAsync(S3Request request)
    {
        var from = AwsUri.Decode(request.Headers["x-amz-copy-source"].ToString().Split('?')[0]);
        from = from.StartsWith('/') ? from[1..] : from;
        if (from.Split('/', 2) is not [var bucket, { Length: > 0 } key])
        {
            throw new S3Exception(S3Error.InvalidArgument("Copy Source must mention the source bucket and key: sourcebucket/sourcekey"));
        }

        if (!_store.HasBucket(request.Bucket))
        {
            throw new S3Exception(S3Error.NoSuchBucket);
        }

        var source = _store.Find(bucket, key) ?? throw new S3Exception(S3Error.NoSuchKey);
        var name = Guid.NewGuid().ToString("N");
        var original = _store.BlobOf(source).Open();
        await using (original.ConfigureAwait(false))
        {
            var copy = new FileStream(Path.Combine(_store.BlobFolder, name), FileMode.CreateNew, FileAccess.Write, FileShare.None, 64 * 1024, useAsync: true);
            await using (copy.ConfigureAwait(false))
            {
                await original.CopyToAsync(copy, request.Aborted).ConfigureAwait(false);
            }
        }

        var headers = request.Headers["x-amz-metadata-directive"] == "REPLACE" ? HeadersToKeep(request.Headers) : source.Headers;
        var stored = source with { Key = request.Key, BlobName = name, LastModified = _time.GetUtcNow(), Headers = headers };
        _store.Put(request.Bucket, stored);
        await S3Xml.WriteAsync(request.Context, S3Xml.Element(
            "CopyObjectResult",
            S3Xml.Element("LastModified", S3Xml.Time(stored.LastModified)),
            S3Xml.Element("ETag", stored.ETag))).ConfigureAwait(false);
    }

    public Task ReadAsync(S3Request request)
    {
        var stored = _store.Find(request.Bucket, request.Key) ?? throw new S3Exception(S3Error.NoSuchKey);
        return ObjectReader.WriteAsync(request, stored, _store.BlobOf(stored));
    }

    public void Delete(S3Request request)
    {
        _store.Delete(request.Bucket, request.Key);
        request.Context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    public async Task DeleteManyAsync(S3Request request)
    {
        List<string> keys;
        try
        {
            var document = await XDocument.LoadAsync(request.Context.Request.Body, LoadOptions.PreserveWhitespace, request.Aborted).ConfigureAwait(false);
            keys = [.. document.Descendants().Where(static element => element.Name.LocalName == "Key").Select(static element => element.Value)];
        }
        catch (System.Xml.XmlException)
        {
            throw new S3Exception(S3Error.MalformedXml);
        }

        foreach (var key in keys)
        {
            _store.Delete(request.Bucket, key);
        }

        await S3Xml.WriteAsync(request.Context, S3Xml.Element(
            "DeleteResult",
            keys.Select(static key => S3Xml.Element("Deleted", S3Xml.Element("Key", key))))).ConfigureAwait(false);
    }
}
