using System.Text;

namespace Irsa.Credentials.Testing;

/// <summary>An object of the local S3.</summary>
public sealed class LocalS3Object
{
    private const string MetadataPrefix = "x-amz-meta-";

    internal LocalS3Object(StoredObject stored, ReadOnlyMemory<byte> content)
    {
        Key = stored.Key;
        Content = content;
        ContentType = stored.Headers["Content-Type"];
        ETag = stored.ETag;
        LastModified = stored.LastModified;
        Metadata = stored.Headers
            .Where(static header => header.Key.StartsWith(MetadataPrefix, StringComparison.OrdinalIgnoreCase))
            .ToDictionary(static header => header.Key[MetadataPrefix.Length..], static header => header.Value, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Gets the key.</summary>
    public string Key { get; }

    /// <summary>Gets the content.</summary>
    public ReadOnlyMemory<byte> Content { get; }

    /// <summary>Gets the content as UTF-8 text.</summary>
    public string Text => Encoding.UTF8.GetString(Content.Span);

    /// <summary>Gets the content type; <c>binary/octet-stream</c> if the upload had none.</summary>
    public string ContentType { get; }

    /// <summary>Gets the entity tag with quotes.</summary>
    public string ETag { get; }

    /// <summary>Gets the time of the upload, by the clock of the server.</summary>
    public DateTimeOffset LastModified { get; }

    /// <summary>Gets the user metadata, without the prefix <c>x-amz-meta-</c>. Names are compared without case.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }
}
