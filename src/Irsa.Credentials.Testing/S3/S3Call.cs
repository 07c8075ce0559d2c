using System.Globalization;

namespace Irsa.Credentials.Testing;

/// <summary>One request that S3, or one of its faults, answered.</summary>
public sealed record S3Call
{
    internal S3Call()
    {
    }

    /// <summary>Gets the HTTP method.</summary>
    public required string Method { get; init; }

    /// <summary>Gets the bucket; empty for the list of buckets.</summary>
    public required string Bucket { get; init; }

    /// <summary>Gets the key; empty for operations on a bucket.</summary>
    public required string Key { get; init; }

    /// <summary>Gets the access key that the request names, verified or not; null if the request is not signed.</summary>
    public string? AccessKeyId { get; init; }

    /// <summary>Gets the HTTP status of the response; 0 if a fault ended the connection without a response.</summary>
    public required int Status { get; init; }

    /// <summary>Gets the error code of the response; null for success.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>Returns method, path, status and error code in one line, such as <c>PUT /bucket/key: 403 InvalidAccessKeyId</c>.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Method} /{Bucket}{(Key.Length == 0 ? null : "/" + Key)}: {(Status == 0 ? "no response" : Status)}{(ErrorCode is null ? null : " " + ErrorCode)}");
}
