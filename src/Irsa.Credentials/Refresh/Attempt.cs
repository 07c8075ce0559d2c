namespace Irsa.Credentials.Refresh;

/// <summary>
/// One exchange under way, joined by everyone who needs its outcome. Its task never faults, so nobody has to observe it.
/// </summary>
internal sealed class Attempt
{
    private readonly TaskCompletionSource<AttemptOutcome> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Attempt(bool isUrgent) => IsUrgent = isUrgent;

    /// <summary>Gets a value indicating whether it began while there was nothing to serve.</summary>
    public bool IsUrgent { get; }

    public Task<AttemptOutcome> Outcome => _completion.Task;

    public void Complete(AttemptOutcome outcome) => _completion.TrySetResult(outcome);
}
