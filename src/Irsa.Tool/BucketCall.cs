using Amazon;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Irsa.Credentials;

namespace Irsa.Tool;

/// <summary>Lists at most one key of a bucket.</summary>
internal static class BucketCall
{
    public static DoctorCall Create(string bucket, string? region) => new(
        $"s3:ListBucket on {bucket}",
        $"s3:ListBucket on arn:*:s3:::{bucket}",
        (credentials, cancellationToken) => ListAsync(bucket, region, credentials, cancellationToken));

    private static async Task ListAsync(string bucket, string? region, AWSCredentials credentials, CancellationToken cancellationToken)
    {
        var config = new AmazonS3Config
        {
            // "auto" would ask the instance metadata service.
            DefaultConfigurationMode = DefaultConfigurationMode.Standard,
            MaxErrorRetry = 1,

            // Servers other than AWS's, which these variables name, seldom have a host name for each bucket.
            ForcePathStyle = IsSet("AWS_ENDPOINT_URL_S3") || IsSet("AWS_ENDPOINT_URL"),
        };
        region ??= Environment.GetEnvironmentVariable("AWS_REGION") ?? Environment.GetEnvironmentVariable("AWS_DEFAULT_REGION");
        if (region is not null)
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(region);
        }

        using var s3 = new AmazonS3Client(credentials, config);
        await s3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = bucket, MaxKeys = 1 }, cancellationToken);
    }

    private static bool IsSet(string variable) => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(variable));
}
