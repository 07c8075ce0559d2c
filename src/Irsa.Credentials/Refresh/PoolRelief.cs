namespace Irsa.Credentials.Refresh;

/// <summary>
/// Keeps threads of the pool free while synchronous callers hold others: the exchange that all of them wait for needs a few, and left to
/// itself the pool adds four a second at most, behind every caller that is queued already. A thousand callers would wait minutes.
/// </summary>
internal static class PoolRelief
{
    private static readonly object Gate = new();
    private static int _waiting;
    private static int? _minimumBefore;

    /// <summary>Waits for a task on behalf of a synchronous caller.</summary>
    /// <returns>False when <paramref name="longest"/> has passed.</returns>
    public static bool Wait(Task task, TimeSpan longest)
    {
        if (task.IsCompleted || !Thread.CurrentThread.IsThreadPoolThread)
        {
            return task.Wait(longest);
        }

        Enter();
        try
        {
            return task.Wait(longest);
        }
        finally
        {
            Exit();
        }
    }

    private static void Enter()
    {
        lock (Gate)
        {
            _waiting++;
            ThreadPool.GetMinThreads(out var workers, out var ports);
            var needed = _waiting + Environment.ProcessorCount;
            if (needed > workers)
            {
                _minimumBefore ??= workers;
                ThreadPool.SetMinThreads(needed, ports);
            }
        }
    }

    private static void Exit()
    {
        lock (Gate)
        {
            if (--_waiting == 0 && _minimumBefore is { } before)
            {
                ThreadPool.GetMinThreads(out _, out var ports);
                ThreadPool.SetMinThreads(before, ports);
                _minimumBefore = null;
            }
        }
    }
}
