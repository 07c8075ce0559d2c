namespace S3Microservice.Objects;

/// <summary>
/// How much of a body is held and sent at once, and so the largest object. S3 takes 10,000 parts of an object and, but for the last, none
/// under 5 MiB (https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html).
/// </summary>
internal static class PartSize
{
    public const int Bytes = 8 * 1024 * 1024;

    public const int MostParts = 10_000;

    /// <summary>83.9 GB. Larger parts would make room for more, and would need more memory for each upload.</summary>
    public const long LargestObject = (long)MostParts * Bytes;
}
