using Irsa.Credentials.Failures;

namespace Irsa.Credentials.Refresh;

/// <summary>One exchange in progress, shared by everyone who needs its result. Its task never faults, so nobody has to observe it.</summary>
internal sealed class RefreshOperation
{
    private readonly TaskCompletionSource<RefreshResult> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="request">What the exchange is made for.</param>
    /// <param name="delay">Milliseconds until it may start, as the last one ended only just now.</param>
    /// <param name="followsRejection">Whether a service had rejected the current credentials before.</param>
    public RefreshOperation(ExchangeRequest request, long delay, bool followsRejection)
    {
        Request = request;
        Delay = delay;
        FollowsRejection = followsRejection;
    }

    public ExchangeRequest Request { get; }

    public long Delay { get; }

    /// <summary>Gets a value indicating whether its failure means that rejected credentials cannot be replaced now.</summary>
    public bool FollowsRejection { get; }

    public Task<RefreshResult> Result => _completion.Task;

    public void Complete(RefreshResult result) => _completion.TrySetResult(result);
}

/// <summary>How a refresh ended: with credentials, with a failure, or, with neither, by disposal.</summary>
internal sealed class RefreshResult
{
    private RefreshResult(CredentialSnapshot? snapshot, Failure? failure, DateTimeOffset? nextRetry)
    {
        Snapshot = snapshot;
        Failure = failure;
        NextRetry = nextRetry;
    }

    public static RefreshResult Disposed { get; } = new(null, null, null);

    public CredentialSnapshot? Snapshot { get; }

    public Failure? Failure { get; }

    public DateTimeOffset? NextRetry { get; }

    public static RefreshResult Succeeded(CredentialSnapshot snapshot) => new(snapshot, null, null);

    public static RefreshResult Failed(Failure failure, DateTimeOffset nextRetry) => new(null, failure, nextRetry);
}
