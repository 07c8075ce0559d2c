using System.Collections.Concurrent;

namespace Irsa.Credentials.Testing;

/// <summary>An upload in parts that is neither completed nor aborted yet.</summary>
internal sealed class MultipartUpload
{
    public MultipartUpload(string bucket, string key, IReadOnlyDictionary<string, string> headers, DateTimeOffset initiated)
    {
        Bucket = bucket;
        Key = key;
        Headers = headers;
        Initiated = initiated;
    }

    public string Id { get; } = Guid.NewGuid().ToString("N");

    public string Bucket { get; }

    public string Key { get; }

    public IReadOnlyDictionary<string, string> Headers { get; }

    public DateTimeOffset Initiated { get; }

    public ConcurrentDictionary<int, Blob> Parts { get; } = [];
}
