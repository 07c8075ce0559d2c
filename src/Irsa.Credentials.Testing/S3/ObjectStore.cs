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
    private readonly string _root;
    private readonly bool _isKept;

    public ObjectStore(string? folder)
    {
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

    public bool CreateBucket(string bucket)
    {
        lock (_gate)
        {
            if (_isKept)
            {
                Directory.CreateDirectory(IndexFolder(bucket));
            }

            return _buckets.TryAdd(bucket, new(Utf8Order.Instance));
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
            if (_isKept)
            {
                Directory.Delete(IndexFolder(bucket));
            }
        }
    }

    public void Put(string bucket, StoredObject stored)
    {
        lock (_gate)
        {
            var objects = Objects_NeedsLock(bucket);
            var old = objects.GetValueOrDefault(stored.Key);
            if (_isKept)
            {
                var next = IndexFile(bucket, stored.Key) + ".next";
                File.WriteAllBytes(next, JsonSerializer.SerializeToUtf8Bytes(stored, StoredObjectJson.Default.StoredObject));
                File.Move(next, IndexFile(bucket, stored.Key), overwrite: true);
            }

            objects[stored.Key] = stored;
            Discard(old);
        }
    }

    public StoredObject? Find(string bucket, string key)
    {
        lock (_gate)
        {
            return Objects_NeedsLock(bucket).GetValueOrDefault(key);
        }
    }

    public Blob BlobOf(StoredObject stored) => new(Path.Combine(BlobFolder, stored.BlobName), stored.Length, stored.ETag.Trim('"'));

    public void Delete(string bucket, string key)
    {
        lock (_gate)
        {
            if (Objects_NeedsLock(bucket).Remove(key, out var old))
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
            var objects = _buckets[Path.GetFileName(bucket)] = new(Utf8Order.Instance);
            foreach (var file in Directory.EnumerateFiles(bucket, "*.json"))
            {
                var stored = JsonSerializer.Deserialize(File.ReadAllBytes(file), StoredObjectJson.Default.StoredObject)!;
                objects[stored.Key] = stored;
            }
        }
    }

    private string IndexFolder(string bucket) => Path.Combine(_root, "index", bucket);

    private string IndexFile(string bucket, string key) =>
        Path.Combine(IndexFolder(bucket), Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(key))) + ".json");
}
