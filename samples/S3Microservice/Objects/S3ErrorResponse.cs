using Amazon.Runtime.Internal;
using Amazon.S3;

namespace S3Microservice.Objects;

internal static class S3ErrorResponse
{
    /// <summary>A header of the answer in which S3 refused; null where it had none.</summary>
    public static string? Header(this AmazonS3Exception refused, string name) =>
        (refused.InnerException as HttpErrorResponseException)?.Response?.GetHeaderValue(name) is { Length: > 0 } value ? value : null;
}
