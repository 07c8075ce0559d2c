using Microsoft.Extensions.Time.Testing;

namespace Irsa.Credentials.Tests;

/// <summary>A fake clock whose wall clock can be set without time passing, and that counts the timers alive.</summary>
internal sealed class SteppableTime : TimeProvider
{
    private readonly FakeTimeProvider _inner = new(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
    private TimeSpan _offset;
    private int _activeTimers;

    public int ActiveTimers => Volatile.Read(ref _activeTimers);

    public override long TimestampFrequency => _inner.TimestampFrequency;

    public void Advance(TimeSpan by) => _inner.Advance(by);

    public void StepWallClock(TimeSpan by) => _offset += by;

    public override DateTimeOffset GetUtcNow() => _inner.GetUtcNow() + _offset;

    public override long GetTimestamp() => _inner.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        // Counted only when it can fire: a test that sees it advances the clock.
        var timer = new CountedTimer(this, _inner.CreateTimer(callback, state, dueTime, period));
        Interlocked.Increment(ref _activeTimers);
        return timer;
    }

    private sealed class CountedTimer(SteppableTime owner, ITimer inner) : ITimer
    {
        private int _disposed;

        public bool Change(TimeSpan dueTime, TimeSpan period) => inner.Change(dueTime, period);

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _disposed, 1) == 0)
            {
                Interlocked.Decrement(ref owner._activeTimers);
                inner.Dispose();
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
