namespace Irsa.Credentials.Refresh;

/// <summary>What begins here serves everyone, so it does not carry the trace, culture or async locals of the one who happened to start it.</summary>
internal readonly struct SuppressedExecutionContext : IDisposable
{
    private readonly AsyncFlowControl? _suppressed;

    private SuppressedExecutionContext(AsyncFlowControl? suppressed) => _suppressed = suppressed;

    /// <summary>Where the flow is suppressed already there is nothing to do, and suppressing it again would throw.</summary>
    public static SuppressedExecutionContext Begin() => new(ExecutionContext.IsFlowSuppressed() ? null : ExecutionContext.SuppressFlow());

    public void Dispose() => _suppressed?.Undo();
}
