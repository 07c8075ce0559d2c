namespace Irsa.Credentials.Testing;

/// <summary>The object that a copy reads from.</summary>
internal sealed class CopySource : IAsyncDisposable
{
    private CopySource(string bucket, StoredObject stored, FileStream content)
    {
        Bucket = bucket;
        Stored = stored;
        Content = content;
    }

    public string Bucket { get; }

    public StoredObject Stored { get; }

    public FileStream Content { get; }

    /// <exception cref="S3Exception">The header is invalid, the object does not exist, or a condition is not met.</exception>
    public static CopySource Open(S3Request request, ObjectStore store)
    {
        var header = request.Headers["x-amz-copy-source"].ToString();
        if (header.Contains("?versionId=", StringComparison.Ordinal))
        {
            throw new S3Exception(S3Error.NotImplemented("versions"));
        }

        var name = AwsUri.Decode(header);
        if ((name.StartsWith('/') ? name[1..] : name).Split('/', 2) is not [var bucket, { Length: > 0 } key])
        {
            throw new S3Exception(S3Error.InvalidArgument("Copy Source must mention the source bucket and key: sourcebucket/sourcekey"));
        }

        var (stored, content) = store.Open(bucket, key) ?? throw new S3Exception(S3Error.NoSuchKey);
        try
        {
            // A copy has no status "not modified": an unchanged source is an error.
            return new ReadCondition(request.Headers, "x-amz-copy-source-").IsUnchanged(stored)
                ? throw new S3Exception(S3Error.PreconditionFailed)
                : new CopySource(bucket, stored, content);
        }
        catch
        {
            content.Dispose();
            throw;
        }
    }

    public ValueTask DisposeAsync() => Content.DisposeAsync();
}
