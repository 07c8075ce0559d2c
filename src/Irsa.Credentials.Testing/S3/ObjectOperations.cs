using Microsoft.AspNetCore.Http;

namespace Irsa.Credentials.Testing;

/// <summary>The operations on whole objects.</summary>
internal sealed class ObjectOperations
{
    private readonly ObjectStore _store;
    private readonly BodyReceiver _receiver;
    private readonly TimeProvider _time;

    public ObjectOperations(ObjectStore store, BodyReceiver receiver, TimeProvider time)
    {
        _store = store;
        _receiver = receiver;
        _time = time;
    }

    public async Task PutAsync(S3Request request, SigV4Signature signature)
    {
        // Checked before the body for an early response, and again by the store when it changes the object.
        var condition = WriteCondition.Of(request.Headers);
        condition.ThrowIfNotMet(_store.Find(request.Bucket, request.Key));
        var headers = StoredHeaders.Of(request.Headers);
        var (blob, checksum) = await _receiver.ReceiveAsync(request.Context.Request, signature, request.Aborted).ConfigureAwait(false);
        if (checksum is { } sum)
        {
            headers[sum.Key] = sum.Value;
            headers["x-amz-checksum-type"] = "FULL_OBJECT";
        }

        var etag = $"\"{blob.Md5}\"";
        _store.Put(request.Bucket, new StoredObject(request.Key, Path.GetFileName(blob.Path), blob.Length, etag, _time.GetUtcNow(), headers), condition);
        request.Context.Response.Headers.ETag = etag;
        if (checksum is { } returned)
        {
            request.Context.Response.Headers[returned.Key] = returned.Value;
        }
    }

    public async Task CopyAsync(S3Request request)
    {
        _store.Find(request.Bucket, request.Key);
        var condition = WriteCondition.Of(request.Headers);
        var source = CopySource.Open(request, _store);
        await using (source.ConfigureAwait(false))
        {
            var headers = HeadersOfCopy(request, source);
            var writer = new BlobWriter(_store.BlobFolder);
            await using (writer.ConfigureAwait(false))
            {
                await writer.AppendAsync(source.Content, source.Stored.Length, checksum: null, request.Aborted).ConfigureAwait(false);
                var blob = await writer.CloseAsync().ConfigureAwait(false);
                writer.Keep();

                // A copy has one part, even if the source was uploaded in several.
                var stored = new StoredObject(request.Key, Path.GetFileName(blob.Path), blob.Length, $"\"{blob.Md5}\"", _time.GetUtcNow(), headers);
                _store.Put(request.Bucket, stored, condition);
                await S3Xml.WriteAsync(request.Context, S3Xml.Element(
                    "CopyObjectResult",
                    S3Xml.Element("LastModified", S3Xml.Time(stored.LastModified)),
                    S3Xml.Element("ETag", stored.ETag))).ConfigureAwait(false);
            }
        }
    }

    public async Task ReadAsync(S3Request request)
    {
        var (stored, content) = _store.Open(request.Bucket, request.Key) ?? throw new S3Exception(S3Error.NoSuchKey);
        await using (content.ConfigureAwait(false))
        {
            await ObjectReader.WriteAsync(request, stored, content).ConfigureAwait(false);
        }
    }

    public void Delete(S3Request request)
    {
        _store.Delete(request.Bucket, request.Key, WriteCondition.Of(request.Headers));
        request.Context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    public async Task DeleteManyAsync(S3Request request, SigV4Signature signature)
    {
        var document = await _receiver.ReceiveXmlAsync(request.Context.Request, signature, Checksum.AnnouncedIn(request.Headers), request.Aborted).ConfigureAwait(false);
        var keys = document.Elements().Where(static element => element.Name.LocalName == "Object")
            .Select(static entry => entry.Elements().FirstOrDefault(static field => field.Name.LocalName == "Key")?.Value ?? throw new S3Exception(S3Error.MalformedXml))
            .ToList();
        if (keys.Count is 0 or > 1000)
        {
            throw new S3Exception(S3Error.MalformedXml);
        }

        foreach (var key in keys)
        {
            _store.Delete(request.Bucket, key, WriteCondition.None);
        }

        var isQuiet = document.Elements().Any(static element => element.Name.LocalName == "Quiet" && element.Value.Trim() == "true");
        await S3Xml.WriteAsync(request.Context, S3Xml.Element(
            "DeleteResult",
            isQuiet ? null : keys.Select(static key => S3Xml.Element("Deleted", S3Xml.Element("Key", key))))).ConfigureAwait(false);
    }

    private static IReadOnlyDictionary<string, string> HeadersOfCopy(S3Request request, CopySource source)
    {
        if (request.Headers["x-amz-metadata-directive"] == "REPLACE")
        {
            return StoredHeaders.Of(request.Headers);
        }

        if (source.Bucket == request.Bucket && source.Stored.Key == request.Key)
        {
            throw new S3Exception(S3Error.CopyToItself);
        }

        // The checksum of a multipart upload may depend on its parts, which the copy does not have.
        return source.Stored.PartLengths is null
            ? source.Stored.Headers
            : source.Stored.Headers.Where(static header => !header.Key.StartsWith(Checksum.HeaderPrefix, StringComparison.OrdinalIgnoreCase)).ToDictionary();
    }
}
