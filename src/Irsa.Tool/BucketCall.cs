using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using Amazon;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Irsa.Credentials;
using Irsa.Credentials.Failures;

namespace Irsa.Tool;

/// <summary>Lists at most one key of a bucket.</summary>
internal static partial class BucketCall
{
    public static DoctorCall Create(string bucket, string? region) => new(
        $"s3:ListBucket on {bucket}",
        $"s3:ListBucket on arn:*:s3:::{bucket}",
        (credentials, cancellationToken) => ListAsync(bucket, region, credentials, cancellationToken));

    /// <summary>Rejects what cannot be a bucket's name before any call. It accepts names that are older than today's rules.</summary>
    public static void Validate(OptionResult given)
    {
        if (given.Tokens is [var name] && !Name().IsMatch(name.Value))
        {
            given.AddError($"--s3 takes the bucket's name (letters, digits, dots, hyphens), not an ARN or a URL. {SecretRedactor.Quote(name.Value)} is not a bucket name.");
        }
    }

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{2,254}\z")]
    private static partial Regex Name();

    private static async Task ListAsync(string bucket, string? region, AWSCredentials credentials, CancellationToken cancellationToken)
    {
        var config = new AmazonS3Config
        {
            // "auto" would call the instance metadata service.
            DefaultConfigurationMode = DefaultConfigurationMode.Standard,
            MaxErrorRetry = 1,

            // These variables name a server other than AWS, which seldom has a host name for each bucket.
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
