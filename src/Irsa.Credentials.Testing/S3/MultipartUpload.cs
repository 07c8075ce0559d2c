using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;

namespace Irsa.Credentials.Testing;

/// <summary>An upload in parts that is neither completed nor aborted yet.</summary>
internal sealed class MultipartUpload
{
    public MultipartUpload(S3Request request, DateTimeOffset initiated)
    {
        Bucket = request.Bucket;
        Key = request.Key;
        Headers = StoredHeaders.Of(request.Headers);
        Initiated = initiated;
        if (request.Headers.TryGetValue("x-amz-checksum-algorithm", out var algorithm))
        {
            // Created once for its refusal of unknown names.
            using var known = Checksum.For(Checksum.HeaderPrefix + algorithm.ToString().ToLowerInvariant());
            ChecksumHeader = known.Header;
            IsComposite = request.Headers.TryGetValue("x-amz-checksum-type", out var type)
                ? type == "COMPOSITE"
                : ChecksumHeader != "x-amz-checksum-crc64nvme";
        }
    }

    public string Id { get; } = Guid.NewGuid().ToString("N");

    public string Bucket { get; }

    public string Key { get; }

    public IReadOnlyDictionary<string, string> Headers { get; }

    public DateTimeOffset Initiated { get; }

    /// <summary>Gets the checksum that every part must carry; null for none in particular.</summary>
    public string? ChecksumHeader { get; }

    /// <summary>Gets whether the object's checksum is one of its parts' checksums instead of its bytes.</summary>
    public bool IsComposite { get; }

    public ConcurrentDictionary<int, UploadedPart> Parts { get; } = [];

    /// <summary>The checksum to make for the whole object: the one asked for at the start, or the one that the end of the upload claims.</summary>
    public Checksum? WholeChecksum(IHeaderDictionary headersAtTheEnd) =>
        ChecksumHeader is null ? Checksum.AnnouncedIn(headersAtTheEnd) : Checksum.For(ChecksumHeader);

    public void Set(int number, UploadedPart part)
    {
        var old = Parts.GetValueOrDefault(number);
        Parts[number] = part;
        if (old is not null)
        {
            File.Delete(old.Blob.Path);
        }
    }

    public void DeleteParts()
    {
        foreach (var part in Parts.Values)
        {
            File.Delete(part.Blob.Path);
        }
    }
}
