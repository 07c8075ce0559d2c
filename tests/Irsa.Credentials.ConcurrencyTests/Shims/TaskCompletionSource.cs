using Irsa.Credentials.ConcurrencyTests.Scheduling;

namespace Irsa.Credentials.Refresh;

internal sealed class TaskCompletionSource<T>
{
    public TaskCompletionSource(TaskCreationOptions options)
    {
        if (!options.HasFlag(TaskCreationOptions.RunContinuationsAsynchronously))
        {
            Scheduler.Current.Fail("a completion would run its callers' code");
        }
    }

    public Task<T> Task { get; } = new();

    public bool TrySetResult(T result)
    {
        Scheduler.Current.Point("complete");
        return Task.TryEnd(result, null);
    }
}
