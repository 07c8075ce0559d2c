using System.Collections.Concurrent;

namespace Irsa.Credentials.Testing;

/// <summary>The local S3 as a test sees it: its buckets, the requests it received and the faults it is to show.</summary>
public sealed class LocalS3
{
    private readonly ObjectStore _store;
    private readonly ConcurrentQueue<S3Call> _calls = [];

    internal LocalS3(ObjectStore store) => _store = store;

    /// <summary>Gets the address; path-style.</summary>
    public Uri Endpoint { get; private set; } = new("http://127.0.0.1");

    /// <summary>Gets what goes wrong.</summary>
    public FaultScript Faults { get; } = new();

    /// <summary>Gets the requests so far, in order of their answers.</summary>
    public IReadOnlyList<S3Call> Calls => [.. _calls];

    /// <summary>Gets the buckets.</summary>
    public IReadOnlyList<string> Buckets => _store.Buckets;

    /// <summary>Creates a bucket; harmless where it exists.</summary>
    /// <param name="bucket">Its name.</param>
    public void CreateBucket(string bucket) => _store.CreateBucket(bucket);

    /// <summary>The keys of a bucket, in S3's order.</summary>
    /// <param name="bucket">Its name.</param>
    public IReadOnlyList<string> Keys(string bucket) => [.. _store.List(bucket).Select(static stored => stored.Key)];

    /// <summary>Forgets the requests so far.</summary>
    public void ClearCalls() => _calls.Clear();

    internal void Locate(Uri endpoint) => Endpoint = endpoint;

    internal void Record(S3Call call) => _calls.Enqueue(call);
}
