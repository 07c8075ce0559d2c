namespace Irsa.Credentials.Refresh;

/// <summary>
/// Milliseconds that only ever go forward, whatever happens to the wall clock. With the system's clock this is the tick count, which
/// costs a fifth of a stopwatch reading and stands on the path of every request.
/// </summary>
internal sealed class MonotonicClock
{
    private static readonly MonotonicClock OfSystem = new(null);

    private readonly TimeProvider? _other;

    private MonotonicClock(TimeProvider? other) => _other = other;

    public static MonotonicClock Of(TimeProvider time) => ReferenceEquals(time, TimeProvider.System) ? OfSystem : new MonotonicClock(time);

    public long Milliseconds => _other is null ? Environment.TickCount64 : Read(_other);

    /// <summary>In whole numbers: a double does not hold today's timestamps to the millisecond.</summary>
    private static long Read(TimeProvider time) => (long)((Int128)time.GetTimestamp() * 1000 / time.TimestampFrequency);
}
