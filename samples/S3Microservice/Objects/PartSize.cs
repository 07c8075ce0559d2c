namespace S3Microservice.Objects;

/// <summary>
/// How much of a body is held and sent at once. S3 takes 10,000 parts of an object and, but for the last, none under 5 MiB
/// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html).
/// </summary>
internal static class PartSize
{
    public const int First = 8 * 1024 * 1024;

    /// <summary>Parts grow by the first one's size every thousand, which makes room for 461 GB.</summary>
    /// <param name="sent">How many parts went before.</param>
    public static int After(int sent) => First * (1 + (sent / 1000));
}
