using Irsa.Credentials.ConcurrencyTests.Scheduling;

namespace Irsa.Credentials.Refresh;

internal sealed class Thread
{
    public static Thread CurrentThread { get; } = new();

    public bool IsThreadPoolThread => Scheduler.Current.Running.IsPoolThread;
}
