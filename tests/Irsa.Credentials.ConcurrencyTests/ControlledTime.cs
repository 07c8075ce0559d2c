using Irsa.Credentials.ConcurrencyTests.Scheduling;

namespace Irsa.Credentials.ConcurrencyTests;

/// <summary>A clock that moves when an operation moves it, and its timers; every reading is a place where it may move.</summary>
internal sealed class ControlledTime : TimeProvider
{
    private static readonly DateTimeOffset Start = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    private readonly List<Alarm> _alarms = [];
    private long _wallOffset;

    public long Milliseconds { get; private set; } = 1_000_000;

    public override long TimestampFrequency => 1000;

    /// <summary>Gets a value indicating whether time has passed between two readings that are compared: the clocks then seem to differ.</summary>
    public bool HasPassedBetweenReadings { get; private set; }

    public int ArmedTimers => _alarms.Count(static alarm => alarm.IsTimer);

    public override long GetTimestamp()
    {
        Scheduler.Current.Point("clock");
        HasPassedBetweenReadings |= Scheduler.Current.Running.LastWallReading is { } wall && wall != Milliseconds;
        Scheduler.Current.Running.LastWallReading = null;
        return Scheduler.Current.Running.LastReading = Milliseconds;
    }

    public override DateTimeOffset GetUtcNow()
    {
        Scheduler.Current.Point("wall clock");
        Scheduler.Current.Running.LastWallReading = Milliseconds;
        return Start.AddMilliseconds(Milliseconds + _wallOffset);
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new Timer(this, () => callback(state));

    /// <returns>What takes it back.</returns>
    public Action After(long milliseconds, Action action)
    {
        var alarm = new Alarm(Milliseconds + milliseconds, null, action);
        _alarms.Add(alarm);
        return () => _alarms.RemoveAll(other => ReferenceEquals(other, alarm));
    }

    public void StepWallClock(TimeSpan by) => _wallOffset += (long)by.TotalMilliseconds;

    public void Advance(long milliseconds)
    {
        Milliseconds += milliseconds;
        Scheduler.Current.Note($"--- now {Milliseconds}");
        foreach (var alarm in _alarms.Where(alarm => alarm.DueAt <= Milliseconds).ToList())
        {
            _alarms.Remove(alarm);
            Scheduler.Current.Spawn(alarm.IsTimer ? "timer" : "alarm", alarm.Action);
        }
    }

    public bool AdvanceToNextAlarm()
    {
        if (_alarms.Count == 0)
        {
            return false;
        }

        Advance(Math.Max(0, _alarms.Min(static alarm => alarm.DueAt) - Milliseconds));
        return true;
    }

    private sealed record Alarm(long DueAt, Timer? Timer, Action Action)
    {
        public bool IsTimer => Timer is not null;
    }

    private sealed class Timer(ControlledTime time, Action callback) : ITimer
    {
        private bool _isDisposed;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            if (_isDisposed)
            {
                return false;
            }

            time._alarms.RemoveAll(alarm => alarm.Timer == this);
            time._alarms.Add(new Alarm(time.Milliseconds + (long)dueTime.TotalMilliseconds, this, callback));
            return true;
        }

        public void Dispose()
        {
            _isDisposed = true;
            time._alarms.RemoveAll(alarm => alarm.Timer == this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
