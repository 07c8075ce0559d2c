using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;

namespace Irsa.Credentials.Testing;

/// <summary>A multipart upload that is neither completed nor aborted.</summary>
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
            // Created only to refuse unknown algorithms.
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

    /// <summary>Gets the checksum header that every part must have; null if any is accepted.</summary>
    public string? ChecksumHeader { get; }

    /// <summary>Gets whether the checksum of the object is computed from the checksums of its parts instead of its bytes.</summary>
    public bool IsComposite { get; }

    public ConcurrentDictionary<int, UploadedPart> Parts { get; } = [];

    /// <summary>Returns the checksum for the whole object: the one of the first request, or else the one of the request that completes the upload.</summary>
    public Checksum? WholeChecksum(IHeaderDictionary completingHeaders) =>
        ChecksumHeader is null ? Checksum.AnnouncedIn(completingHeaders) : Checksum.For(ChecksumHeader);

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
