namespace Irsa.Credentials.Testing;

/// <summary>One part of an upload.</summary>
/// <param name="Blob">Its bytes.</param>
/// <param name="Checksum">The header and value of its checksum; null where it came with none.</param>
internal sealed record UploadedPart(Blob Blob, KeyValuePair<string, string>? Checksum);
