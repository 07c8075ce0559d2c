namespace S3Microservice.Objects;

/// <summary>One page of a listing; <paramref name="Next"/> asks for the following one.</summary>
internal sealed record ObjectPage(string Bucket, string Prefix, IReadOnlyList<ObjectEntry> Objects, IReadOnlyList<string> Prefixes, string? Next);

internal sealed record ObjectEntry(string Key, long Size, DateTimeOffset? LastModified, string? ETag);

internal sealed record StoredAnswer(string Key, long Size, string? ETag);
