namespace Irsa.Credentials.Testing;

/// <summary>One request that S3 or one of its faults answered, for a test to look at.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Bucket">The bucket; empty for the list of buckets.</param>
/// <param name="Key">The key; empty for a bucket's own operations.</param>
/// <param name="AccessKeyId">The key that it claims to be signed with; null where it is not signed.</param>
/// <param name="Status">The answer's status; 0 where a fault broke the connection instead.</param>
/// <param name="ErrorCode">The answer's error code; null for success.</param>
public sealed record S3Call(string Method, string Bucket, string Key, string? AccessKeyId, int Status, string? ErrorCode);
