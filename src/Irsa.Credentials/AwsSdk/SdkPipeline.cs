using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Irsa.Credentials.BypassGuard;
using static Irsa.Credentials.AwsSdk.RequestReplay;

namespace Irsa.Credentials.AwsSdk;

/// <summary>
/// The one place that knows the SDK's request pipeline, whose types are public but lie in its internal namespace. Without it the SDK asks
/// a provider two or three times for one request, so that key and token may come from two sessions; it cannot cancel the wait; and it does
/// nothing about credentials that a service calls expired.
/// </summary>
internal static class SdkPipeline
{
    private static readonly Customizer Ours = new();

    /// <summary>Adds the handler to every client that is made from now on, by whomever. Repeating it is harmless.</summary>
    /// <exception cref="MissingMemberException">The SDK in use has another pipeline.</exception>
    /// <exception cref="TypeLoadException">The SDK in use has another pipeline.</exception>
    public static void Register()
    {
        PipelineSelfTest.Run();
        RuntimePipelineCustomizerRegistry.Instance.Register(Ours);
    }

    private sealed class Customizer : IRuntimePipelineCustomizer
    {
        public string UniqueName => "Irsa.Credentials";

        public void Customize(Type type, RuntimePipeline pipeline)
        {
            // A client without retries, or with some of its own, has no place for a repetition either; it works with the SDK's own limits. The
            // SDK finds the place by the exact type.
            if (pipeline.EnumerateHandlers().Any(static handler => handler.GetType() == typeof(RetryHandler)))
            {
                pipeline.AddHandlerBefore<RetryHandler>(new SnapshotHandler(type));
            }
        }
    }

    /// <summary>
    /// Stands around the retry handler, so that a failure to get credentials is not taken for a failure of the service and tried again. Puts
    /// one snapshot in the identity's place for the whole call, and repeats the call once when the service says that this very session has
    /// expired and there is another to be had; else the caller gets the service's own error.
    /// </summary>
    private sealed class SnapshotHandler : PipelineHandler
    {
        private readonly Type _client;

        public SnapshotHandler(Type client) => _client = client;

        public override void InvokeSync(IExecutionContext executionContext)
        {
            var request = executionContext.RequestContext;
            Require(request);
            if (Ours(request) is not { } identity)
            {
                base.InvokeSync(executionContext);
                return;
            }

            var chosen = request.Identity;
            var snapshot = identity.Cache.GetSnapshot(TimeSpan.Zero);
            try
            {
                request.Identity = snapshot.Frozen;
                try
                {
                    base.InvokeSync(executionContext);
                    return;
                }
                catch (AmazonServiceException exception) when (SessionRejection.IsRejection(exception))
                {
                    identity.Invalidate(snapshot.Keys.AccessKey);
                    if (!CanReplay(request.Request))
                    {
                        throw;
                    }

                    var other = identity.Cache.GetSnapshot(TimeSpan.Zero);
                    if (other == snapshot)
                    {
                        throw;
                    }

                    Rewind(request);
                    request.Identity = other.Frozen;
                }

                base.InvokeSync(executionContext);
            }
            finally
            {
                request.Identity = chosen;
            }
        }

        public override Task<T> InvokeAsync<T>(IExecutionContext executionContext)
        {
            Require(executionContext.RequestContext);
            return Ours(executionContext.RequestContext) is { } identity ? InvokeAsync<T>(executionContext, identity) : base.InvokeAsync<T>(executionContext);
        }

        /// <summary>The identity of the whole process may be another than that of the client's container.</summary>
        private void Require(IRequestContext request)
        {
            if (request.Identity is not WebIdentityTokenCredentials)
            {
                CredentialBypassGuard.Require(_client, request.Identity);
            }
        }

        private async Task<T> InvokeAsync<T>(IExecutionContext executionContext, WebIdentityTokenCredentials identity)
            where T : AmazonWebServiceResponse, new()
        {
            var request = executionContext.RequestContext;
            var chosen = request.Identity;
            var snapshot = await identity.Cache.GetSnapshotAsync(TimeSpan.Zero, request.CancellationToken).ConfigureAwait(false);
            try
            {
                request.Identity = snapshot.Frozen;
                try
                {
                    return await base.InvokeAsync<T>(executionContext).ConfigureAwait(false);
                }
                catch (AmazonServiceException exception) when (SessionRejection.IsRejection(exception))
                {
                    identity.Invalidate(snapshot.Keys.AccessKey);
                    if (!CanReplay(request.Request))
                    {
                        throw;
                    }

                    var other = await identity.Cache.GetSnapshotAsync(TimeSpan.Zero, request.CancellationToken).ConfigureAwait(false);
                    if (other == snapshot)
                    {
                        throw;
                    }

                    Rewind(request);
                    request.Identity = other.Frozen;
                }

                return await base.InvokeAsync<T>(executionContext).ConfigureAwait(false);
            }
            finally
            {
                request.Identity = chosen;
            }
        }

        private static WebIdentityTokenCredentials? Ours(IRequestContext request) =>
            (request.Identity is ProcessCredentials process ? process.Source : request.Identity) as WebIdentityTokenCredentials;
    }

    /// <summary>Sends nothing through the handler, so that a member which the SDK no longer has is found here and not in a request.</summary>
    private sealed class PipelineSelfTest : PipelineHandler
    {
        public static void Run()
        {
            var pipeline = new RuntimePipeline(new List<IPipelineHandler> { new PipelineSelfTest(), new SnapshotHandler(typeof(PipelineSelfTest)) });
            var context = new Amazon.Runtime.Internal.ExecutionContext(new RequestContext(enableMetric: false), new ResponseContext());
            pipeline.InvokeSync(context);
            pipeline.InvokeAsync<AmazonWebServiceResponse>(context).GetAwaiter().GetResult();

            // What the handler does only with an identity of ours. Members are looked for when the method that names them is first run.
            var request = new RequestContext(enableMetric: false) { Request = new DefaultRequest(new NoRequest(), nameof(PipelineSelfTest)) };
            _ = request.CancellationToken.IsCancellationRequested || CanReplay(request.Request);
            Rewind(request);
        }

        public override void InvokeSync(IExecutionContext executionContext)
        {
        }

        public override Task<T> InvokeAsync<T>(IExecutionContext executionContext) => Task.FromResult(new T());

        private sealed class NoRequest : AmazonWebServiceRequest;
    }
}
