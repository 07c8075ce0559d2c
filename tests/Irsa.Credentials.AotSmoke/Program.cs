using System.Diagnostics;
using Amazon.S3;
using Amazon.S3.Model;
using Irsa.Credentials;
using Irsa.Credentials.Testing;
using Microsoft.Extensions.DependencyInjection;

// A put and a get with the default identity, with a named one and with a client that knows of neither, in an application published natively;
// exit code 0 when all is well.
const string Reports = "arn:aws:iam::111122223333:role/reports";
await using var aws = await LocalAws.StartAsync(static options => options.Buckets.Add("smoke"));
aws.Sts.AddRole(Reports, aws.TrustPolicyOf(Reports).ToJson());

var started = Stopwatch.GetTimestamp();
var services = new ServiceCollection();
services.AddIrsaAws(aws.Configure).AddClient<IAmazonS3, AmazonS3Config>(aws.Configure).UseForWholeProcess();
services.AddIrsaAws("reports", options =>
{
    aws.Configure(options);
    options.RoleArn = Reports;
}).AddClient<IAmazonS3, AmazonS3Config>(aws.Configure);
services.AddKeyedAWSService<IAmazonS3>("sdk", new Amazon.Extensions.NETCore.Setup.AWSOptions { Region = Amazon.RegionEndpoint.EUCentral1 }, (config, _) => aws.Configure(config));

await using var provider = services.BuildServiceProvider();
await provider.GetRequiredService<WebIdentityTokenCredentials>().GetCredentialsAsync(CancellationToken.None);
Console.WriteLine($"first credentials after {Stopwatch.GetElapsedTime(started).TotalMilliseconds:0} ms");

using var library = new AmazonS3Client(new AmazonS3Config { ServiceURL = aws.S3.Endpoint.AbsoluteUri, AuthenticationRegion = aws.Region });
foreach (var s3 in new[] { provider.GetRequiredService<IAmazonS3>(), provider.GetRequiredKeyedService<IAmazonS3>("reports"), library })
{
    await s3.PutObjectAsync(new PutObjectRequest { BucketName = "smoke", Key = "key", ContentBody = "native" });
    using var response = await s3.GetObjectAsync("smoke", "key");
    using var reader = new StreamReader(response.ResponseStream);
    if (await reader.ReadToEndAsync() != "native")
    {
        Console.Error.WriteLine("The object came back changed.");
        return 1;
    }
}

// Looks into the client of the SDK's own container extension, without reflection.
provider.VerifyIrsaAws();
var link = await provider.GetRequiredService<IAmazonS3>().GetPresignedUrlAsync(
    new GetPreSignedUrlRequest { BucketName = "smoke", Key = "key", Protocol = Protocol.HTTP }, TimeSpan.FromMinutes(5));
using var http = new HttpClient();
if (await http.GetStringAsync(link.Url) != "native" || aws.S3.Calls.Any(static call => call.Status != 200))
{
    Console.Error.WriteLine("A request was refused.");
    return 1;
}

Console.WriteLine(string.Join(Environment.NewLine, aws.Sts.Calls.Select(static call => $"{call.Action} {call.RoleArn}")));
return aws.Sts.Calls.Count == 2 ? 0 : 1;
