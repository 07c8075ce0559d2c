namespace Irsa.Credentials.Testing;

/// <summary>What <c>x-amz-content-sha256</c> may say of the body.</summary>
internal static class PayloadFormat
{
    /// <exception cref="S3Exception">It says nothing, or nothing that this server could verify.</exception>
    public static void Judge(string claimed)
    {
        if (claimed.Length == 0)
        {
            throw new S3Exception(S3Error.InvalidRequest("Missing required header for this request: x-amz-content-sha256"));
        }

        var isKnown = claimed is "UNSIGNED-PAYLOAD" or "STREAMING-UNSIGNED-PAYLOAD-TRAILER" or "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" or "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"
            || (claimed.Length == 64 && claimed.All(char.IsAsciiHexDigit));
        if (!isKnown)
        {
            throw new S3Exception(S3Error.InvalidArgument(
                "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER, or a valid sha256 value."));
        }
    }
}
