using Amazon.Runtime;
using Amazon.Runtime.Internal;

namespace Irsa.Credentials.AwsSdk;

/// <summary>
/// Adds this library's handlers to the request pipeline of every client that is made from now on. The pipeline's types are public but lie
/// in the SDK's internal namespace.
/// </summary>
internal sealed class ClientPipelineCustomizer : IRuntimePipelineCustomizer
{
    private static readonly ClientPipelineCustomizer Instance = new();

    private ClientPipelineCustomizer()
    {
    }

    public string UniqueName => "Irsa.Credentials";

    /// <summary>Repeating it is harmless.</summary>
    /// <exception cref="MissingMemberException">The SDK in use has another pipeline.</exception>
    /// <exception cref="TypeLoadException">The SDK in use has another pipeline.</exception>
    public static void Register()
    {
        PipelineSelfTest.Run();
        RuntimePipelineCustomizerRegistry.Instance.Register(Instance);
    }

    public void Customize(Type type, RuntimePipeline pipeline)
    {
        var handlers = pipeline.EnumerateHandlers().ToList();

        // The SDK finds a place by the exact type, and an application may have put a retry handler of its own there.
        var recovery = default(SessionRecoveryHandler);
        if (handlers.Find(static handler => handler is RetryHandler) is { } retries)
        {
            recovery = new SessionRecoveryHandler();
            InsertBefore(retries, recovery, pipeline);
        }

        // Each service has a type of its own for the handler that chooses the identity. Whatever comes after it may read the identity:
        // the endpoint resolver of DynamoDB does, synchronously, for the account id.
        if (handlers.FindLast(static handler => handler is BaseAuthResolverHandler) is { } chooser)
        {
            InsertAfter(chooser, new SnapshotHandler(type));
        }
        else if (recovery is not null)
        {
            InsertBefore(recovery, new SnapshotHandler(type), pipeline);
        }
    }

    private static void InsertBefore(IPipelineHandler inner, PipelineHandler added, RuntimePipeline pipeline)
    {
        if (inner.OuterHandler is { } outer)
        {
            InsertAfter(outer, added);
        }
        else
        {
            pipeline.AddHandler(added);
        }
    }

    private static void InsertAfter(IPipelineHandler outer, PipelineHandler added)
    {
        var inner = outer.InnerHandler;
        added.Logger = outer.Logger;
        added.OuterHandler = outer;
        added.InnerHandler = inner;
        outer.InnerHandler = added;
        if (inner is not null)
        {
            inner.OuterHandler = added;
        }
    }
}
