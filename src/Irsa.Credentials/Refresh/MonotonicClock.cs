namespace Irsa.Credentials.Refresh;

/// <summary>
/// Milliseconds that only ever go forward, whatever happens to the wall clock. With the system's clock this is the tick count, which
/// costs a fifth of a stopwatch reading and stands on the path of every request.
/// </summary>
internal sealed class MonotonicClock
{
    private readonly TimeProvider? _other;

    public MonotonicClock(TimeProvider time) => _other = ReferenceEquals(time, TimeProvider.System) ? null : time;

    public long Milliseconds => _other is null ? Environment.TickCount64 : Read(_other);

    private static long Read(TimeProvider time) => (long)time.GetElapsedTime(0, time.GetTimestamp()).TotalMilliseconds;
}
