using System.Globalization;
using System.Net;
using Amazon;
using Amazon.Runtime;
using Amazon.S3;
using Irsa.Credentials.Testing;

namespace Irsa.Credentials.IntegrationTests.AwsSdk;

/// <summary>A directory bucket of S3 Express has sessions of its own. That one is rejected says nothing about the session of the role.</summary>
public sealed class DirectoryBucketTests
{
    private const string Bucket = "orders--use1-az4--x-s3";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("InvalidToken")]
    [InlineData("ExpiredToken")]
    [InlineData("TokenRefreshRequired")]
    public async Task A_rejected_session_of_the_bucket_leaves_that_of_the_role_alone(string code)
    {
        await using var aws = await LocalAws.StartAsync(cancellationToken: Cancel);
        var options = new IrsaOptions();
        aws.Configure(options);
        await using var credentials = new WebIdentityTokenCredentials(options);
        var server = new ExpressServer(code);
        using var s3 = new AmazonS3Client(credentials, new AmazonS3Config { RegionEndpoint = RegionEndpoint.USEast1, HttpClientFactory = server, MaxErrorRetry = 0 });
        var before = await credentials.GetCredentialsAsync(Cancel);

        var error = await Assert.ThrowsAsync<AmazonS3Exception>(() => s3.ListObjectsV2Async(new() { BucketName = Bucket }, Cancel));

        Assert.Equal(code, error.ErrorCode);
        Assert.Equal(before.AccessKey, (await credentials.GetCredentialsAsync(Cancel)).AccessKey);
        Assert.Single(aws.Sts.Calls);
        Assert.Equal(before.AccessKey, server.Signers[0]);
        Assert.All(server.Signers.Skip(1), static signer => Assert.Equal("ASIABUCKETSESSION", signer));
        Assert.True(server.Signers.Count > 1);
    }

    private sealed class ExpressServer(string code) : HttpClientFactory
    {
        public List<string> Signers { get; } = [];

        public override HttpClient CreateHttpClient(IClientConfig clientConfig) => new(new Handler(this, code));

        private sealed class Handler(ExpressServer server, string code) : HttpMessageHandler
        {
            protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
            {
                var signature = string.Join(' ', request.Headers.NonValidated["Authorization"]);
                server.Signers.Add(signature.Split("Credential=")[1].Split('/')[0]);
                var isSession = request.RequestUri!.Query.Contains("session", StringComparison.Ordinal);
                var body = isSession
                    ? "<CreateSessionResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Credentials><SessionToken>bucket-token</SessionToken><SecretAccessKey>bucket-secret</SecretAccessKey>"
                        + "<AccessKeyId>ASIABUCKETSESSION</AccessKeyId><Expiration>" + TimeProvider.System.GetUtcNow().AddMinutes(5).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture) + "</Expiration></Credentials></CreateSessionResult>"
                    : $"<Error><Code>{code}</Code><Message>The provided token is not valid.</Message><RequestId>1</RequestId></Error>";
                return Task.FromResult(new HttpResponseMessage(isSession ? HttpStatusCode.OK : HttpStatusCode.Forbidden)
                {
                    Content = new StringContent(body, null, "application/xml"),
                    RequestMessage = request,
                });
            }
        }
    }
}
