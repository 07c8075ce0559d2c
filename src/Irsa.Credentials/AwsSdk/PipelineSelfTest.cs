using System.Runtime.CompilerServices;
using Amazon.Runtime;
using Amazon.Runtime.Internal;

namespace Irsa.Credentials.AwsSdk;

/// <summary>Sends nothing through the handlers, so that a member which the SDK no longer has is found here and not in a request.</summary>
internal sealed class PipelineSelfTest : PipelineHandler
{
    /// <exception cref="MissingMemberException">The SDK in use has another pipeline.</exception>
    /// <exception cref="TypeLoadException">The SDK in use has another pipeline.</exception>
    public static void Run()
    {
        // A native application was linked with the SDK that it runs with.
        if (!RuntimeFeature.IsDynamicCodeSupported)
        {
            return;
        }

        var pipeline = new RuntimePipeline(new List<IPipelineHandler> { new PipelineSelfTest(), new SessionRecoveryHandler(), new SnapshotHandler(typeof(PipelineSelfTest)) });
        var context = new Amazon.Runtime.Internal.ExecutionContext(new RequestContext(enableMetric: false), new ResponseContext());
        pipeline.InvokeSync(context);
        pipeline.InvokeAsync<AmazonWebServiceResponse>(context).GetAwaiter().GetResult();

        // What the handlers do only with an identity of this library. Members are looked for when the method that names them is first run.
        var request = new RequestContext(enableMetric: false) { Request = new DefaultRequest(new NoRequest(), nameof(PipelineSelfTest)) };
        _ = request.CancellationToken.IsCancellationRequested || RequestReplay.CanReplay(request.Request);
        RequestReplay.Rewind(request);
    }

    public override void InvokeSync(IExecutionContext executionContext)
    {
    }

    public override Task<T> InvokeAsync<T>(IExecutionContext executionContext) => Task.FromResult(new T());

    private sealed class NoRequest : AmazonWebServiceRequest;
}
