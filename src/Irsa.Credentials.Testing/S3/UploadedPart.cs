namespace Irsa.Credentials.Testing;

/// <summary>A part of a multipart upload.</summary>
/// <param name="Blob">The bytes.</param>
/// <param name="Checksum">The header and value of the checksum; null without one.</param>
internal sealed record UploadedPart(Blob Blob, KeyValuePair<string, string>? Checksum);
