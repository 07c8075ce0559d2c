using Amazon.S3;
using Amazon.S3.Model;
using Microsoft.Extensions.Time.Testing;

namespace Irsa.Credentials.EndToEndTests;

public sealed class LibraryOnCephTests(CephGateway gateway)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_presigned_URL_of_a_session_opens_the_object()
    {
        await using var credentials = Create();
        using var s3 = new AmazonS3Client(credentials, gateway.S3Config());
        await s3.PutObjectAsync(new PutObjectRequest { BucketName = CephGateway.Bucket, Key = "shared", ContentBody = "by link", UseChunkEncoding = false }, Cancel);

        var link = await s3.GetPresignedUrlAsync(
            new GetPreSignedUrlRequest { BucketName = CephGateway.Bucket, Key = "shared", Protocol = Protocol.HTTP }, TimeSpan.FromMinutes(5), cancellationToken: Cancel);

        using var http = new HttpClient();
        Assert.Equal("by link", await http.GetStringAsync(link.Url, Cancel));
    }

    [Fact]
    public async Task Each_exchange_takes_the_token_that_is_on_disk()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var credentials = Create(time: time);
        var first = await credentials.GetCredentialsAsync(Cancel);
        gateway.Cluster.Tokens.Rotate();

        time.Advance(TimeSpan.FromMinutes(40));
        while ((await credentials.GetCredentialsAsync(Cancel)).AccessKey == first.AccessKey)
        {
            await Task.Yield();
        }

        Assert.Equal(CephGateway.RoleArn, credentials.Status.RoleArn);
        Assert.Equal(0, credentials.Status.FailuresInARow);
    }

    [Fact]
    public async Task A_token_file_that_ends_with_a_newline_is_no_obstacle()
    {
        await using var credentials = Create(() => gateway.Cluster.Issuer.IssueToken() + "\n");

        Assert.NotEmpty((await credentials.GetCredentialsAsync(Cancel)).Token);
    }

    [Theory]
    [InlineData("audience", IrsaErrorCode.TrustPolicyMismatch, "the audience \"kubernetes\"")]
    [InlineData("subject", IrsaErrorCode.TrustPolicyMismatch, "the subject \"system:serviceaccount:default:other\"")]
    [InlineData("signature", IrsaErrorCode.TrustPolicyMismatch, "the subject \"system:serviceaccount:default:app\"")]
    [InlineData("expiry", IrsaErrorCode.TokenExpired, "the token had expired")]
    public async Task A_refusal_without_a_reason_is_explained_by_the_tokens_claims(string wrong, IrsaErrorCode code, string shown)
    {
        await using var credentials = Create(() => gateway.SpoiledToken(wrong));

        var thrown = await Assert.ThrowsAsync<IrsaException>(() => credentials.GetCredentialsAsync(Cancel));

        TestContext.Current.TestOutputHelper!.WriteLine(thrown.Message);
        Assert.Equal(code, thrown.Code);
        Assert.Equal((403, "AccessDenied"), (thrown.HttpStatus, thrown.StsErrorCode));
        Assert.Matches("^tx[0-9a-f]+-", thrown.RequestId);
        Assert.Contains(shown, thrown.Message, StringComparison.Ordinal);
        Assert.NotEmpty(thrown.Remedy);
    }

    private WebIdentityTokenCredentials Create(Func<string>? token = null, TimeProvider? time = null)
    {
        Assert.SkipWhen(gateway.Absence is not null, gateway.Absence ?? string.Empty);
        var file = gateway.Cluster.Tokens.Path;
        if (token is not null)
        {
            file = Path.Combine(Directory.CreateTempSubdirectory("token-").FullName, "token");
            File.WriteAllText(file, token());
        }

        return new WebIdentityTokenCredentials(
            new IrsaOptions { RoleArn = CephGateway.RoleArn, WebIdentityTokenFile = file, Region = "us-east-1", StsEndpoint = gateway.Endpoint, ExchangeTimeout = TimeSpan.FromMinutes(1), AttemptTimeout = TimeSpan.FromMinutes(1) },
            timeProvider: time);
    }
}
