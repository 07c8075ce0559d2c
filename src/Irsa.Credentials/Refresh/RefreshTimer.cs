namespace Irsa.Credentials.Refresh;

/// <summary>
/// Wakes the cache without traffic. The clock holds this timer weakly: a cache that nobody uses any more and nobody disposed is collected
/// together with it, and the finalizer then takes the clock's timer away.
/// </summary>
internal sealed class RefreshTimer : IDisposable
{
    private readonly TimeProvider _time;
    private readonly Action _fired;
    private ITimer? _timer;

    /// <param name="time">The clock.</param>
    /// <param name="fired">Is called once after each setting, perhaps a little early, and perhaps for a setting that was changed meanwhile.</param>
    public RefreshTimer(TimeProvider time, Action fired)
    {
        _time = time;
        _fired = fired;
    }

    /// <summary>An armed timer is held by its clock, so it is whole here; but a clock may be anybody's, and nothing may leave a finalizer.</summary>
    ~RefreshTimer()
    {
        try
        {
            _timer?.Dispose();
        }
        catch (Exception)
        {
            // A timer that cannot be disposed fires once more, finds no cache and ends.
        }
    }

    /// <summary>Replaces the setting before. Not thread-safe.</summary>
    public void Set(long milliseconds)
    {
        _timer ??= Create(new WeakReference<RefreshTimer>(this), _time);
        _timer.Change(TimeSpan.FromMilliseconds(Math.Max(1, milliseconds)), Timeout.InfiniteTimeSpan);
    }

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        _timer?.Dispose();
    }

    /// <summary>The timer lives as long as the cache, so it must not carry the async locals of the caller who happened to come first.</summary>
    private static ITimer Create(WeakReference<RefreshTimer> owner, TimeProvider time)
    {
        using (SuppressedExecutionContext.Begin())
        {
            return time.CreateTimer(static state => Fire((WeakReference<RefreshTimer>)state!), owner, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    private static void Fire(WeakReference<RefreshTimer> owner)
    {
        if (owner.TryGetTarget(out var alive))
        {
            alive._fired();
        }
    }
}
