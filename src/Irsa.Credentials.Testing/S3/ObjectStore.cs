using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Irsa.Credentials.Testing;

/// <summary>
/// Buckets and objects. Bytes lie in files named at random and, where they are kept over a restart, each object has a small file that
/// names its key: no key is ever a path.
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

    /// <exception cref="S3Exception">The bucket is gone.</exception>
    public DateTimeOffset CreationOf(string bucket)
    {
        lock (_gate)
        {
            return _creations.TryGetValue(bucket, out var creation) ? creation : throw new S3Exception(S3Error.NoSuchBucket);
        }
    }

    /// <returns>Whether it did not exist before.</returns>
    /// <exception cref="S3Exception">S3 would not allow its name.</exception>
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

    /// <exception cref="S3Exception">It does not exist or is not empty.</exception>
    public void DeleteBucket(string bucket)
    {
        lock (_gate)
        {
            if (Objects_NeedsLock(bucket).Count > 0)
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

    /// <summary>Takes the bytes over: they are deleted with the object, or at once where it is refused.</summary>
    /// <exception cref="S3Exception">The bucket is gone or the condition does not hold.</exception>
    public void Put(string bucket, StoredObject stored, WriteCondition condition)
    {
        lock (_gate)
        {
            try
            {
                var objects = Objects_NeedsLock(bucket);
                var old = objects.GetValueOrDefault(stored.Key);
                condition.Judge(old);
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
            return Objects_NeedsLock(bucket).GetValueOrDefault(key);
        }
    }

    /// <summary>The object with its bytes, which stay readable when it is replaced or deleted meanwhile.</summary>
    /// <exception cref="S3Exception">The bucket does not exist.</exception>
    public (StoredObject Stored, FileStream Content)? Open(string bucket, string key)
    {
        lock (_gate)
        {
            return Objects_NeedsLock(bucket).GetValueOrDefault(key) is { } stored
                ? (stored, new Blob(Path.Combine(BlobFolder, stored.BlobName), stored.Length, string.Empty).Open())
                : null;
        }
    }

    /// <exception cref="S3Exception">The bucket does not exist or the condition does not hold.</exception>
    public void Delete(string bucket, string key, WriteCondition condition)
    {
        lock (_gate)
        {
            var objects = Objects_NeedsLock(bucket);
            condition.Judge(objects.GetValueOrDefault(key));
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
            return [.. Objects_NeedsLock(bucket).Values];
        }
    }

    public void Dispose()
    {
        if (!_isKept && Directory.Exists(_root))
        {
            Directory.Delete(_root, recursive: true);
        }
    }

    private SortedDictionary<string, StoredObject> Objects_NeedsLock(string bucket) =>
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

    private void Load()
    {
        var index = Path.Combine(_root, "index");
        if (!_isKept || !Directory.Exists(index))
        {
            return;
        }

        foreach (var bucket in Directory.EnumerateDirectories(index))
        {
            var name = Path.GetFileName(bucket);

            // The file is missing where the server died between making the folder and writing it.
            _creations[name] = File.Exists(CreationFile(name))
                ? DateTimeOffset.Parse(File.ReadAllText(CreationFile(name)), CultureInfo.InvariantCulture)
                : Directory.GetCreationTimeUtc(bucket);
            var objects = _buckets[name] = new(Utf8Comparer.Instance);
            foreach (var file in Directory.EnumerateFiles(bucket, "*.json"))
            {
                var stored = JsonSerializer.Deserialize(File.ReadAllBytes(file), StoredObjectJson.Default.StoredObject)!;
                objects[stored.Key] = stored;
            }
        }
    }

    private string IndexFolder(string bucket) => Path.Combine(_root, "index", bucket);

    private string CreationFile(string bucket) => Path.Combine(IndexFolder(bucket), "created");

    private string IndexFile(string bucket, string key) =>
        Path.Combine(IndexFolder(bucket), Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(key))) + ".json");
}
