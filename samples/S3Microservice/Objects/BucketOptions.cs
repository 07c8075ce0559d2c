namespace S3Microservice.Objects;

internal sealed class BucketOptions
{
    /// <summary>Gets or sets the bucket that holds the objects.</summary>
    public string Bucket { get; set; } = string.Empty;
}
