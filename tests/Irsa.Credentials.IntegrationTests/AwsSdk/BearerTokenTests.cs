using Amazon.Runtime;
using Amazon.Runtime.Credentials.Internal;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Auth;
using Amazon.S3;
using Amazon.S3.Model;
using Amazon.S3.Model.Internal.MarshallTransformations;
using Irsa.Credentials.Testing;

namespace Irsa.Credentials.IntegrationTests.AwsSdk;

/// <summary>
/// Some services take a bearer token, and the SDK prefers one that it finds (<c>AWS_BEARER_TOKEN_BEDROCK</c>) to the credentials that the client was
/// given. The client here is one of S3 that chooses as theirs do.
/// </summary>
public sealed class BearerTokenTests : IAsyncLifetime
{
    private const string Token = "bearer-token-0123456789";

    private LocalAws _aws = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _aws = await LocalAws.StartAsync(cancellationToken: Cancel);

    public ValueTask DisposeAsync() => _aws.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_client_with_our_credentials_never_sends_a_bearer_token(bool isSynchronous)
    {
        var options = new IrsaOptions();
        _aws.Configure(options);
        await using var credentials = new WebIdentityTokenCredentials(options);
        using var client = Create(credentials);

        var thrown = await Assert.ThrowsAsync<IrsaException>(() => CallAsync(client, isSynchronous));

        Assert.Equal(IrsaErrorCode.CredentialsBypassed, thrown.Code);
        Assert.Contains("bearer token", thrown.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Token, thrown.ToString(), StringComparison.Ordinal);
        Assert.Empty(_aws.S3.Calls);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_client_with_other_credentials_is_none_of_our_business(bool isSynchronous)
    {
        using var client = Create(new BasicAWSCredentials("AKIAOTHER", "secret"));

        // The endpoints of S3 know no bearer tokens, so the SDK goes no further than this.
        var thrown = await Assert.ThrowsAsync<AmazonClientException>(() => CallAsync(client, isSynchronous));

        Assert.Contains("authentication schema", thrown.Message, StringComparison.Ordinal);
    }

    private static Task<ListBucketsResponse> CallAsync(BearerClient client, bool isSynchronous) => isSynchronous ? Task.Run(client.ListBuckets, Cancel) : client.ListBucketsAsync(Cancel);

    private BearerClient Create(AWSCredentials credentials) => new(
        credentials,
        new AmazonS3Config { ServiceURL = _aws.S3.Endpoint.AbsoluteUri, AWSTokenProvider = new StaticTokenProvider(Token), MaxErrorRetry = 0 });

    private sealed class BearerClient(AWSCredentials credentials, AmazonS3Config config) : AmazonS3Client(credentials, config)
    {
        public ListBucketsResponse ListBuckets() => Invoke<ListBucketsResponse>(new ListBucketsRequest(), new InvokeOptions
        {
            RequestMarshaller = ListBucketsRequestMarshaller.Instance,
            ResponseUnmarshaller = ListBucketsResponseUnmarshaller.Instance,
        });

        protected override void CustomizeRuntimePipeline(RuntimePipeline pipeline)
        {
            base.CustomizeRuntimePipeline(pipeline);
            pipeline.ReplaceHandler<Amazon.S3.Internal.AmazonS3AuthSchemeHandler>(new BearerResolver());
        }
    }

    private sealed class BearerResolver : BaseAuthResolverHandler
    {
        protected override List<IAuthSchemeOption> ResolveAuthOptions(IExecutionContext executionContext) => AuthSchemeOption.DEFAULT_BEARER;
    }
}
