namespace Irsa.Credentials.Testing;

/// <summary>The values of <c>x-amz-content-sha256</c>.</summary>
internal static class PayloadFormat
{
    /// <exception cref="S3Exception">The value is missing or cannot be verified.</exception>
    public static void Validate(string value)
    {
        if (value.Length == 0)
        {
            throw new S3Exception(S3Error.InvalidRequest("Missing required header for this request: x-amz-content-sha256"));
        }

        var isKnown = value is "UNSIGNED-PAYLOAD" or "STREAMING-UNSIGNED-PAYLOAD-TRAILER" or "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" or "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"
            || (value.Length == 64 && value.All(char.IsAsciiHexDigit));
        if (!isKnown)
        {
            throw new S3Exception(S3Error.InvalidArgument(
                "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER, or a valid sha256 value."));
        }
    }
}
