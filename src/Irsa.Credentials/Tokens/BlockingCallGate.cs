namespace Irsa.Credentials.Tokens;

/// <summary>
/// Makes calls that may block for ever and that nothing can end, one at a time: however long one lasts, it holds one thread. Later
/// callers wait without a thread, and can give up.
/// </summary>
internal sealed class BlockingCallGate
{
    private readonly object _gate = new();
    private Task _running = Task.CompletedTask;

    /// <summary>Makes the call on a thread of the pool, after the one that is running.</summary>
    public async Task<T> RunAsync<T>(Func<T> call, CancellationToken cancellationToken)
        where T : class
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Task earlier;
            Task<T>? started = null;
            lock (_gate)
            {
                earlier = _running;
                if (earlier.IsCompleted)
                {
                    _running = started = Task.Run(call, CancellationToken.None);
                }
            }

            if (started is not null)
            {
                var result = await started.WaitAsync(cancellationToken).ConfigureAwait(false);
                Forget(started);
                return result;
            }

            await earlier.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Makes the call on this thread.</summary>
    /// <returns>Null, and no call, while another one is running.</returns>
    public T? TryRun<T>(Func<T> call)
        where T : class
    {
        var running = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (!_running.IsCompleted)
            {
                return null;
            }

            _running = running.Task;
        }

        try
        {
            return call();
        }
        finally
        {
            running.SetResult();
        }
    }

    /// <summary>The task holds its result: a secret that nobody needs any longer.</summary>
    private void Forget(Task ended)
    {
        lock (_gate)
        {
            _running = _running == ended ? Task.CompletedTask : _running;
        }
    }
}
