using Microsoft.AspNetCore.Http;

namespace Irsa.Credentials.Testing;

/// <summary>The condition for a write or a deletion (<see href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html"/>).</summary>
internal sealed record WriteCondition(string? IfMatch, bool IfAbsent)
{
    public static readonly WriteCondition None = new(null, IfAbsent: false);

    /// <exception cref="S3Exception">The condition is not supported for writes.</exception>
    public static WriteCondition Of(IHeaderDictionary headers) => headers.IfNoneMatch.ToString() switch
    {
        "" or "*" => new(headers.IfMatch.Count == 0 ? null : headers.IfMatch.ToString(), headers.IfNoneMatch.Count > 0),
        _ => throw new S3Exception(S3Error.NotImplemented("If-None-Match with an entity tag on a write")),
    };

    /// <exception cref="S3Exception">The condition is not met.</exception>
    public void ThrowIfNotMet(StoredObject? current)
    {
        if (IfAbsent && current is not null)
        {
            throw new S3Exception(S3Error.PreconditionFailed);
        }

        if (IfMatch is not null && !EntityTag.IsNamed(IfMatch, (current ?? throw new S3Exception(S3Error.NoSuchKey)).ETag))
        {
            throw new S3Exception(S3Error.PreconditionFailed);
        }
    }
}
