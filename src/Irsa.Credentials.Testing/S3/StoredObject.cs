namespace Irsa.Credentials.Testing;

/// <summary>An object with all that is answered about it. Immutable: a new upload is a new object.</summary>
/// <param name="Key">Any UTF-8 of up to 1,024 bytes.</param>
/// <param name="BlobName">The file that holds its bytes.</param>
/// <param name="Length">In bytes.</param>
/// <param name="ETag">With its quotes.</param>
/// <param name="LastModified">By the server's clock.</param>
/// <param name="Headers">What is returned as it was given: content type, user metadata, checksum…</param>
/// <param name="PartLengths">How it was divided when it was uploaded in parts; null when it was not.</param>
internal sealed record StoredObject(
    string Key,
    string BlobName,
    long Length,
    string ETag,
    DateTimeOffset LastModified,
    IReadOnlyDictionary<string, string> Headers,
    IReadOnlyList<long>? PartLengths = null);
