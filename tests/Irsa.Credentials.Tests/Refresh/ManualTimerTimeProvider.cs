namespace Irsa.Credentials.Tests.Refresh;

/// <summary>Another clock's time; the timer of the refresh, which is made before it is set, fires when the test says so.</summary>
internal sealed class ManualTimerTimeProvider(TimeProvider clock) : TimeProvider, ITimer
{
    private Action? _callback;

    public TimeSpan Due { get; private set; }

    public override long TimestampFrequency => clock.TimestampFrequency;

    public void Fire() => _callback!();

    public int WallClockReadings { get; private set; }

    public override DateTimeOffset GetUtcNow()
    {
        WallClockReadings++;
        return clock.GetUtcNow();
    }

    public override long GetTimestamp() => clock.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime != Timeout.InfiniteTimeSpan)
        {
            return clock.CreateTimer(callback, state, dueTime, period);
        }

        _callback = () => callback(state);
        return this;
    }

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        Due = dueTime;
        return true;
    }

    public void Dispose()
    {
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
