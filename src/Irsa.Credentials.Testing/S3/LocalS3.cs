using System.Collections.Concurrent;

namespace Irsa.Credentials.Testing;

/// <summary>The local S3: its buckets, objects, answered requests and faults.</summary>
public sealed class LocalS3
{
    private readonly ObjectStore _store;
    private readonly ConcurrentQueue<S3Call> _calls = [];

    internal LocalS3(ObjectStore store) => _store = store;

    /// <summary>Gets the address, <c>http://127.0.0.1</c> with a random port. Buckets are addressed by path.</summary>
    public Uri Endpoint { get; internal set; } = new("http://127.0.0.1");

    /// <summary>Gets the faults of S3.</summary>
    public FaultScript Faults { get; } = new(isSts: false);

    /// <summary>Gets the answered requests in order of their responses, including those that a fault answered or ended.</summary>
    public IReadOnlyList<S3Call> Calls => [.. _calls];

    /// <summary>Gets the names of the buckets.</summary>
    public IReadOnlyList<string> Buckets => _store.Buckets;

    /// <summary>Creates a bucket, if it does not exist.</summary>
    /// <param name="bucket">
    /// The name: 3 to 63 lower-case letters, digits, dots and hyphens, with the further rules of
    /// <see href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html"/>.
    /// </param>
    /// <exception cref="ArgumentException">S3 does not allow the name.</exception>
    public void CreateBucket(string bucket)
    {
        ArgumentNullException.ThrowIfNull(bucket);
        try
        {
            _store.CreateBucket(bucket);
        }
        catch (S3Exception refused)
        {
            throw new ArgumentException($"'{bucket}' is not a bucket name that S3 allows.", nameof(bucket), refused);
        }
    }

    /// <summary>Returns the keys of a bucket in the order of S3.</summary>
    /// <param name="bucket">The name of the bucket.</param>
    /// <exception cref="ArgumentException">The bucket does not exist.</exception>
    public IReadOnlyList<string> Keys(string bucket) => _store.HasBucket(bucket)
        ? [.. _store.List(bucket).Select(static stored => stored.Key)]
        : throw new ArgumentException($"There is no bucket '{bucket}'.", nameof(bucket));

    /// <summary>Returns an object with its content.</summary>
    /// <param name="bucket">The name of the bucket.</param>
    /// <param name="key">The key of the object.</param>
    /// <returns>The object as it is now; null if it does not exist.</returns>
    /// <exception cref="ArgumentException">The bucket does not exist.</exception>
    public LocalS3Object? GetObject(string bucket, string key)
    {
        ArgumentNullException.ThrowIfNull(bucket);
        ArgumentNullException.ThrowIfNull(key);
        try
        {
            if (_store.Open(bucket, key) is not var (stored, content))
            {
                return null;
            }

            using (content)
            {
                var bytes = new byte[stored.Length];
                content.ReadExactly(bytes);
                return new LocalS3Object(stored, bytes);
            }
        }
        catch (S3Exception refused)
        {
            throw new ArgumentException($"There is no bucket '{bucket}'.", nameof(bucket), refused);
        }
    }

    /// <summary>Removes the requests answered so far from <see cref="Calls"/>.</summary>
    public void ClearCalls() => _calls.Clear();

    internal void Record(S3Call call) => _calls.Enqueue(call);
}
