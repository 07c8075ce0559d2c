namespace Irsa.Credentials.Testing;

/// <summary>An object without its bytes. Immutable: an upload creates a new one.</summary>
/// <param name="Key">The key, up to 1,024 bytes of UTF-8.</param>
/// <param name="BlobName">The name of the file with the bytes.</param>
/// <param name="Length">The length in bytes.</param>
/// <param name="ETag">The entity tag with quotes.</param>
/// <param name="LastModified">The time of the upload by the clock of the server.</param>
/// <param name="Headers">The headers that are returned unchanged, such as content type, user metadata and checksum.</param>
/// <param name="PartLengths">The lengths of the parts of a multipart upload; null for other uploads.</param>
internal sealed record StoredObject(
    string Key,
    string BlobName,
    long Length,
    string ETag,
    DateTimeOffset LastModified,
    IReadOnlyDictionary<string, string> Headers,
    IReadOnlyList<long>? PartLengths = null);
