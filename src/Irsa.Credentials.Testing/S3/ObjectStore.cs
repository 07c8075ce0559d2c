using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Irsa.Credentials.Testing;

/// <summary>
/// Buckets and objects. The bytes of an object are in a file with a random name. If objects are kept over a restart, an index file for each
/// object contains its key. A key is never used as a path.
/// </summary>
internal sealed class ObjectStore : IDisposable
{
    private readonly object _gate = new();
    private readonly SortedDictionary<string, SortedDictionary<string, StoredObject>> _buckets = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DateTimeOffset> _creations = new(StringComparer.Ordinal);
    private readonly TimeProvider _time;
    private readonly string _root;
    private readonly bool _isKept;

    public ObjectStore(string? folder, TimeProvider time)
    {
        _time = time;
        _isKept = folder is not null;
        _root = folder ?? Directory.CreateTempSubdirectory("irsa-local-s3-").FullName;
        BlobFolder = Directory.CreateDirectory(Path.Combine(_root, "blobs")).FullName;
        Load();
    }

    public string BlobFolder { get; }

    public IReadOnlyList<string> Buckets
    {
        get
        {
            lock (_gate)
            {
                return [.. _buckets.Keys];
            }
        }
    }

    public bool HasBucket(string bucket)
    {
        lock (_gate)
        {
            return _buckets.ContainsKey(bucket);
        }
    }

    /// <exception cref="S3Exception">The bucket does not exist.</exception>
    public DateTimeOffset CreationOf(string bucket)
    {
        lock (_gate)
        {
            return _creations.TryGetValue(bucket, out var creation) ? creation : throw new S3Exception(S3Error.NoSuchBucket);
        }
    }

    /// <returns>False if the bucket exists already.</returns>
    /// <exception cref="S3Exception">S3 does not allow the name.</exception>
    public bool CreateBucket(string bucket)
    {
        if (!BucketName.IsAllowed(bucket))
        {
            throw new S3Exception(S3Error.InvalidBucketName);
        }

        lock (_gate)
        {
            if (!_buckets.TryAdd(bucket, new(Utf8Comparer.Instance)))
            {
                return false;
            }

            _creations[bucket] = _time.GetUtcNow();
            if (_isKept)
            {
                Directory.CreateDirectory(IndexFolder(bucket));
                File.WriteAllText(CreationFile(bucket), _creations[bucket].ToString("O", CultureInfo.InvariantCulture));
            }

            return true;
        }
    }

    /// <exception cref="S3Exception">The bucket does not exist or is not empty.</exception>
    public void DeleteBucket(string bucket)
    {
        lock (_gate)
        {
            if (ObjectsOf(bucket).Count > 0)
            {
                throw new S3Exception(S3Error.BucketNotEmpty);
            }

            _buckets.Remove(bucket);
            _creations.Remove(bucket);
            if (_isKept)
            {
                Directory.Delete(IndexFolder(bucket), recursive: true);
            }
        }
    }

    /// <summary>Stores an object. The store owns its bytes, and deletes them with the object or if the object is refused.</summary>
    /// <exception cref="S3Exception">The bucket does not exist or the condition is not met.</exception>
    public void Put(string bucket, StoredObject stored, WriteCondition condition)
    {
        lock (_gate)
        {
            try
            {
                var objects = ObjectsOf(bucket);
                var old = objects.GetValueOrDefault(stored.Key);
                condition.ThrowIfNotMet(old);
                WriteIndex(bucket, stored);
                objects[stored.Key] = stored;
                Discard(old);
            }
            catch
            {
                Discard(stored);
                throw;
            }
        }
    }

    /// <exception cref="S3Exception">The bucket does not exist.</exception>
    public StoredObject? Find(string bucket, string key)
    {
        lock (_gate)
        {
            return ObjectsOf(bucket).GetValueOrDefault(key);
        }
    }

    /// <summary>Opens an object. Its bytes can be read to the end when it is replaced or deleted.</summary>
    /// <exception cref="S3Exception">The bucket does not exist.</exception>
    public (StoredObject Stored, FileStream Content)? Open(string bucket, string key)
    {
        lock (_gate)
        {
            return ObjectsOf(bucket).GetValueOrDefault(key) is { } stored
                ? (stored, new Blob(Path.Combine(BlobFolder, stored.BlobName), stored.Length, string.Empty).Open())
                : null;
        }
    }

    /// <exception cref="S3Exception">The bucket does not exist or the condition is not met.</exception>
    public void Delete(string bucket, string key, WriteCondition condition)
    {
        lock (_gate)
        {
            var objects = ObjectsOf(bucket);
            condition.ThrowIfNotMet(objects.GetValueOrDefault(key));
            if (objects.Remove(key, out var old))
            {
                if (_isKept)
                {
                    File.Delete(IndexFile(bucket, key));
                }

                Discard(old);
            }
        }
    }

    public IReadOnlyList<StoredObject> List(string bucket)
    {
        lock (_gate)
        {
            return [.. ObjectsOf(bucket).Values];
        }
    }

    public void Dispose()
    {
        if (!_isKept && Directory.Exists(_root))
        {
            Directory.Delete(_root, recursive: true);
        }
    }

    /// <summary>Returns the objects of a bucket. The caller holds the lock.</summary>
    private SortedDictionary<string, StoredObject> ObjectsOf(string bucket) =>
        _buckets.GetValueOrDefault(bucket) ?? throw new S3Exception(S3Error.NoSuchBucket);

    private void WriteIndex(string bucket, StoredObject stored)
    {
        if (_isKept)
        {
            var next = IndexFile(bucket, stored.Key) + ".next";
            File.WriteAllBytes(next, JsonSerializer.SerializeToUtf8Bytes(stored, StoredObjectJson.Default.StoredObject));
            File.Move(next, IndexFile(bucket, stored.Key), overwrite: true);
        }
    }

    private void Discard(StoredObject? old)
    {
        if (old is not null)
        {
            File.Delete(Path.Combine(BlobFolder, old.BlobName));
        }
    }

    /// <exception cref="IOException">The directory cannot be read, or contains what this server has not written.</exception>
    private void Load()
    {
        var index = Path.Combine(_root, "index");
        if (!_isKept || !Directory.Exists(index))
        {
            return;
        }

        foreach (var bucket in new DirectoryInfo(index).EnumerateDirectories())
        {
            StoredIndex.Require(bucket.LinkTarget is null && BucketName.IsAllowed(bucket.Name), bucket, "it is not the directory of a bucket");
            _creations[bucket.Name] = StoredIndex.ReadCreation(new FileInfo(CreationFile(bucket.Name))) ?? bucket.CreationTimeUtc;
            var objects = _buckets[bucket.Name] = new(Utf8Comparer.Instance);
            foreach (var file in bucket.EnumerateFiles("*.json"))
            {
                var stored = StoredIndex.Read(file, BlobFolder);
                StoredIndex.Require(file.FullName == Path.GetFullPath(IndexFile(bucket.Name, stored.Key)), file, "its name does not match its key");
                objects[stored.Key] = stored;
            }
        }
    }

    private string IndexFolder(string bucket) => Path.Combine(_root, "index", bucket);

    private string CreationFile(string bucket) => Path.Combine(IndexFolder(bucket), "created");

    private string IndexFile(string bucket, string key) =>
        Path.Combine(IndexFolder(bucket), Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(key))) + ".json");
}
