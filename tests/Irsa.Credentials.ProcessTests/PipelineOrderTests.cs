using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.S3;
using Irsa.Credentials.AwsSdk;
using Irsa.Credentials.Testing;

namespace Irsa.Credentials.ProcessTests;

/// <summary>Other libraries add handlers to the pipeline of every client too, as OpenTelemetry's does, before or after this one.</summary>
[Collection(nameof(Sequence))]
public sealed class PipelineOrderTests : IAsyncLifetime
{
    private const string Ours = "Irsa.Credentials";

    private LocalAws _aws = null!;

    public static MatrixTheoryData<Place, bool> All => new(Enum.GetValues<Place>(), [false, true]);

    public enum Place
    {
        First = 0,
        Last = 1,
        BeforeRetries = 2,
        AfterRetries = 3,
        BeforeSigner = 4,
        AfterMarshaller = 5,
        OtherRetryHandler = 6,
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _aws = await LocalAws.StartAsync(cancellationToken: Cancel);

    public async ValueTask DisposeAsync()
    {
        RuntimePipelineCustomizerRegistry.Instance.Deregister(nameof(Other));
        RuntimePipelineCustomizerRegistry.Instance.Deregister(Ours);
        ClientPipelineCustomizer.Register();
        await _aws.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_request_is_signed_with_one_session_and_a_rejected_one_is_replaced(Place place, bool isOtherFirst)
    {
        RuntimePipelineCustomizerRegistry.Instance.Deregister(Ours);
        var other = new Other(place);
        if (isOtherFirst)
        {
            RuntimePipelineCustomizerRegistry.Instance.Register(other);
            ClientPipelineCustomizer.Register();
        }
        else
        {
            ClientPipelineCustomizer.Register();
            RuntimePipelineCustomizerRegistry.Instance.Register(other);
        }

        var options = new IrsaOptions();
        _aws.Configure(options);
        await using var credentials = new WebIdentityTokenCredentials(options);
        var config = new AmazonS3Config();
        _aws.Configure(config);
        using var s3 = new AmazonS3Client(credentials, config);
        await s3.ListBucketsAsync(Cancel);
        var first = (await credentials.GetCredentialsAsync(Cancel)).AccessKey;

        _aws.S3.Faults.Next(Fault.Error(400, "ExpiredToken", "The provided token has expired."));
        await s3.ListBucketsAsync(Cancel);

        Assert.True(other.Calls > 0);
        var signers = _aws.S3.Calls.Select(static call => call.AccessKeyId).ToList();
        Assert.Equal(first, signers[0]);
        await s3.ListBucketsAsync(Cancel);
        Assert.NotEqual(first, _aws.S3.Calls[^1].AccessKeyId);
        Assert.Equal(2, _aws.Sts.Calls.Count(static call => call.Action == "AssumeRoleWithWebIdentity"));
    }

    private sealed class Other(Place place) : IRuntimePipelineCustomizer
    {
        private int _calls;

        public int Calls => _calls;

        public string UniqueName => nameof(Other);

        public void Customize(Type type, RuntimePipeline pipeline)
        {
            if (!typeof(IAmazonS3).IsAssignableFrom(type))
            {
                return;
            }

            var handler = new Counting(() => Interlocked.Increment(ref _calls));
            switch (place)
            {
                case Place.First:
                    pipeline.AddHandler(handler);
                    break;
                case Place.Last:
                    pipeline.AddHandlerBefore<HttpHandler<HttpContent>>(handler);
                    break;
                case Place.BeforeRetries:
                    pipeline.AddHandlerBefore<RetryHandler>(handler);
                    break;
                case Place.AfterRetries:
                    pipeline.AddHandlerAfter<RetryHandler>(handler);
                    break;
                case Place.BeforeSigner:
                    pipeline.AddHandlerBefore<Signer>(handler);
                    break;
                case Place.AfterMarshaller:
                    pipeline.AddHandlerAfter<Marshaller>(handler);
                    break;
                default:
                    pipeline.AddHandlerBefore<RetryHandler>(handler);
                    pipeline.ReplaceHandler<RetryHandler>(new OwnRetries());
                    break;
            }
        }
    }

    private sealed class OwnRetries() : RetryHandler(new DefaultRetryPolicy(0));

    private sealed class Counting(Action called) : PipelineHandler
    {
        public override void InvokeSync(IExecutionContext executionContext)
        {
            called();
            base.InvokeSync(executionContext);
        }

        public override Task<T> InvokeAsync<T>(IExecutionContext executionContext)
        {
            called();
            return base.InvokeAsync<T>(executionContext);
        }
    }
}
