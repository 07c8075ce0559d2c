namespace Irsa.Credentials.Refresh;

/// <summary>
/// Keeps threads of the pool free while synchronous callers hold others: the exchange that all of them wait for needs a few, and left to
/// itself the pool adds four a second at most, behind every caller that is queued already. A thousand callers would wait minutes.
/// </summary>
internal static class ThreadPoolStarvationGuard
{
    private static readonly object Gate = new();
    private static int _waiting;
    private static int _minimumBefore;
    private static int? _raisedTo;

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
            ThreadPool.GetMinThreads(out var minimum, out var ports);
            ThreadPool.GetMaxThreads(out var maximum, out _);
            var needed = Math.Min(_waiting + Environment.ProcessorCount, maximum);
            if (needed > minimum && ThreadPool.SetMinThreads(needed, ports))
            {
                _minimumBefore = minimum == _raisedTo ? _minimumBefore : minimum;
                _raisedTo = needed;
            }
        }
    }

    /// <summary>Keeps a minimum that the application has set in the meantime.</summary>
    private static void Exit()
    {
        lock (Gate)
        {
            if (--_waiting > 0)
            {
                return;
            }

            ThreadPool.GetMinThreads(out var minimum, out var ports);
            if (minimum == _raisedTo)
            {
                ThreadPool.SetMinThreads(_minimumBefore, ports);
            }

            _raisedTo = null;
        }
    }
}
