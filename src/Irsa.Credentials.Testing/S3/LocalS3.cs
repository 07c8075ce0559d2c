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
    public FaultScript Faults { get; } = new(isOfSts: false);

    /// <summary>Gets the requests so far, in order of their answers; those that a fault answered or broke are among them.</summary>
    public IReadOnlyList<S3Call> Calls => [.. _calls];

    /// <summary>Gets the buckets.</summary>
    public IReadOnlyList<string> Buckets => _store.Buckets;

    /// <summary>Creates a bucket; harmless where it exists.</summary>
    /// <param name="bucket">
    /// Its name: 3 to 63 lower-case letters, digits, dots and hyphens, and what else
    /// <see href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html"/> demands.
    /// </param>
    /// <exception cref="ArgumentException">S3 would not allow the name.</exception>
    public void CreateBucket(string bucket)
    {
        ArgumentNullException.ThrowIfNull(bucket);
        try
        {
            _store.CreateBucket(bucket);
        }
        catch (S3Exception refused)
        {
            throw new ArgumentException($"'{bucket}' is no bucket name that S3 allows.", nameof(bucket), refused);
        }
    }

    /// <summary>The keys of a bucket, in S3's order.</summary>
    /// <param name="bucket">Its name.</param>
    /// <exception cref="ArgumentException">There is no such bucket.</exception>
    public IReadOnlyList<string> Keys(string bucket) => _store.HasBucket(bucket)
        ? [.. _store.List(bucket).Select(static stored => stored.Key)]
        : throw new ArgumentException($"There is no bucket '{bucket}'.", nameof(bucket));

    /// <summary>Forgets the requests so far.</summary>
    public void ClearCalls() => _calls.Clear();

    internal void Locate(Uri endpoint) => Endpoint = endpoint;

    internal void Record(S3Call call) => _calls.Enqueue(call);
}
