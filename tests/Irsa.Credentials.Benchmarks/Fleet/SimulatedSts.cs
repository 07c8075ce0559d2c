namespace Irsa.Credentials.Benchmarks.Fleet;

/// <summary>STS as a fleet sees it: down for a while, or with a limit on the rate of its answers. Counts the calls.</summary>
internal sealed class SimulatedSts
{
    /// <summary>The window in which calls are counted.</summary>
    public const int Window = 10_000;

    private readonly (long From, long Until) _outage;
    private readonly double _callsPerMillisecond;
    private readonly int[] _calls;
    private double _tokens;
    private long _filledAt;

    /// <param name="duration">How long the simulation runs.</param>
    /// <param name="outage">When every call fails.</param>
    /// <param name="callsPerSecond">The limit above which calls are throttled; null for none.</param>
    public SimulatedSts(TimeSpan duration, (long From, long Until) outage, double? callsPerSecond)
    {
        _outage = outage;
        _callsPerMillisecond = (callsPerSecond ?? double.PositiveInfinity) / 1000;
        _calls = new int[((long)duration.TotalMilliseconds / Window) + 1];
    }

    /// <summary>Gets the calls in each window, answered or not.</summary>
    public IReadOnlyList<int> CallsInWindows => _calls;

    /// <returns>Whether credentials were issued.</returns>
    public bool Answer(long now)
    {
        _calls[now / Window]++;
        if (now >= _outage.From && now < _outage.Until)
        {
            return false;
        }

        // A token bucket that holds one second.
        _tokens = Math.Min(_tokens + ((now - _filledAt) * _callsPerMillisecond), 1000 * _callsPerMillisecond);
        _filledAt = now;
        if (_tokens < 1)
        {
            return false;
        }

        _tokens--;
        return true;
    }
}
