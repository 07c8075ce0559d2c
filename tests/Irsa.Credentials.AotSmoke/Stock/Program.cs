using System.Diagnostics;
using Amazon;
using Amazon.Runtime;
using Amazon.RuntimeDependencies;
using Amazon.S3;
using Amazon.S3.Model;
using Amazon.SecurityToken;
using Irsa.Credentials.Testing;

// The same put and get with the SDK's own provider, for comparison. Its STS client is found by reflection, which a native application has
// to replace by a registration of its own; each role needs a provider and a client made by hand.
const string Reports = "arn:aws:iam::111122223333:role/reports";
await using var aws = await LocalAws.StartAsync(static options => options.Buckets.Add("smoke"));
aws.Sts.AddRole(Reports, aws.TrustPolicyOf(Reports).ToJson());
Environment.SetEnvironmentVariable("AWS_REGION", aws.Region);
Environment.SetEnvironmentVariable("AWS_ENDPOINT_URL_STS", aws.Sts.Endpoint.AbsoluteUri);

var started = Stopwatch.GetTimestamp();
GlobalRuntimeDependencyRegistry.Instance.RegisterSecurityTokenServiceClient(static context => new AmazonSecurityTokenServiceClient(
    new AnonymousAWSCredentials(), context.SecurityTokenServiceClientContextData.Region ?? RegionEndpoint.EUCentral1));
using var first = new AssumeRoleWithWebIdentityCredentials(aws.Tokens.Path, aws.RoleArn, "smoke");
using var second = new AssumeRoleWithWebIdentityCredentials(aws.Tokens.Path, Reports, "smoke");
await first.GetCredentialsAsync();
Console.WriteLine($"first credentials after {Stopwatch.GetElapsedTime(started).TotalMilliseconds:0} ms");

foreach (var credentials in new[] { first, second })
{
    using var s3 = new AmazonS3Client(credentials, new AmazonS3Config { ServiceURL = aws.S3.Endpoint.AbsoluteUri, AuthenticationRegion = aws.Region });
    await s3.PutObjectAsync(new PutObjectRequest { BucketName = "smoke", Key = "key", ContentBody = "native" });
    using var response = await s3.GetObjectAsync("smoke", "key");
    using var reader = new StreamReader(response.ResponseStream);
    if (await reader.ReadToEndAsync() != "native")
    {
        Console.Error.WriteLine("The object came back changed.");
        return 1;
    }
}

return 0;
