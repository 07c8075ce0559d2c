namespace Irsa.Credentials.Testing;

/// <summary>What a service demands of a signature.</summary>
/// <param name="Service">The service in the credential scope.</param>
/// <param name="Region">The region in the credential scope.</param>
/// <param name="AllowedClockSkew">How far the signing time may differ from the clock of the service.</param>
/// <param name="LongestUrlLifetime">The longest lifetime of a presigned URL.</param>
internal sealed record SigV4Rules(string Service, string Region, TimeSpan AllowedClockSkew, TimeSpan LongestUrlLifetime)
{
    /// <summary>The limits of S3 (<see href="https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html"/>).</summary>
    public static SigV4Rules S3(string region) => new("s3", region, TimeSpan.FromMinutes(15), TimeSpan.FromDays(7));

    /// <summary>The limits of STS (<see href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html"/>).</summary>
    public static SigV4Rules Sts(string region) => new("sts", region, TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15));
}
