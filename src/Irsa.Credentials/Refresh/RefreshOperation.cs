namespace Irsa.Credentials.Refresh;

/// <summary>
/// One exchange under way, joined by everyone who needs its outcome. Its task never faults, so nobody has to observe it.
/// </summary>
internal sealed class RefreshOperation
{
    private readonly TaskCompletionSource<RefreshResult> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="request">What is asked.</param>
    /// <param name="followsRejection">Whether a service had rejected the credentials at hand before it began.</param>
    public RefreshOperation(ExchangeRequest request, bool followsRejection)
    {
        Request = request;
        FollowsRejection = followsRejection;
    }

    public ExchangeRequest Request { get; }

    /// <summary>Gets a value indicating whether its failure means that rejected credentials cannot be replaced now.</summary>
    public bool FollowsRejection { get; }

    public Task<RefreshResult> Outcome => _completion.Task;

    public void Complete(RefreshResult outcome) => _completion.TrySetResult(outcome);
}
