using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.S3;
using Amazon.S3.Model;
using Amazon.S3.Model.Internal.MarshallTransformations;

namespace Irsa.Credentials.IntegrationTests.AwsSdk;

/// <summary>An S3 client that shows its pipeline, runs a delegate before the signer, and can be called synchronously.</summary>
internal sealed class InstrumentedS3Client : AmazonS3Client
{
    // Tests of several classes run at once.
    [ThreadStatic]
    private static Func<Task>? _beforeSigning;

    private InstrumentedS3Client(AWSCredentials credentials, AmazonS3Config config)
        : base(credentials, config)
    {
    }

    public IReadOnlyList<string> Handlers => [.. RuntimePipeline.EnumerateHandlers().Select(static handler => handler.GetType().Name)];

    /// <param name="credentials">What it signs with.</param>
    /// <param name="config">The local S3.</param>
    /// <param name="beforeSigning">Runs in each attempt, after endpoint discovery and before the signer.</param>
    public static InstrumentedS3Client Create(AWSCredentials credentials, AmazonS3Config config, Func<Task>? beforeSigning = null)
    {
        // The pipeline is built by the base constructor, before a field of this class can be set.
        _beforeSigning = beforeSigning;
        return new InstrumentedS3Client(credentials, config);
    }

    public ListBucketsResponse ListBuckets() => Invoke<ListBucketsResponse>(new ListBucketsRequest(), new InvokeOptions
    {
        RequestMarshaller = ListBucketsRequestMarshaller.Instance,
        ResponseUnmarshaller = ListBucketsResponseUnmarshaller.Instance,
    });

    protected override void CustomizeRuntimePipeline(RuntimePipeline pipeline)
    {
        base.CustomizeRuntimePipeline(pipeline);
        if (_beforeSigning is { } action)
        {
            pipeline.AddHandlerBefore<Signer>(new Probe(action));
        }
    }

    private sealed class Probe(Func<Task> action) : PipelineHandler
    {
        public override void InvokeSync(IExecutionContext executionContext)
        {
            action().GetAwaiter().GetResult();
            base.InvokeSync(executionContext);
        }

        public override async Task<T> InvokeAsync<T>(IExecutionContext executionContext)
        {
            await action();
            return await base.InvokeAsync<T>(executionContext);
        }
    }
}
