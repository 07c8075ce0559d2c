namespace Irsa.Credentials.Benchmarks.Fleet;

/// <summary>What a fleet did.</summary>
/// <param name="CallsInWindows">The calls to STS in each <see cref="SimulatedSts.Window"/>.</param>
/// <param name="PodsWithoutCredentials">How many pods were without credentials at some time after their first, or at their start for more than their first call.</param>
/// <param name="TimeWithoutCredentials">The sum of the time of all pods.</param>
/// <param name="LastRecovery">When the last of these pods had credentials again; zero where none was without.</param>
internal sealed record FleetResult(IReadOnlyList<int> CallsInWindows, int PodsWithoutCredentials, TimeSpan TimeWithoutCredentials, TimeSpan LastRecovery)
{
    /// <summary>The busiest window of a span compared with the mean of its windows.</summary>
    public double PeakToMean(TimeSpan from, TimeSpan until)
    {
        var windows = Windows(from, until);
        return windows.Max() / windows.Average();
    }

    /// <summary>The busiest window of a span compared with a rate.</summary>
    public double PeakToRate(TimeSpan from, TimeSpan until, double callsPerSecond) => Windows(from, until).Max() / (callsPerSecond * SimulatedSts.Window / 1000);

    /// <summary>The calls of a span compared with a rate.</summary>
    public double RateRatio(TimeSpan from, TimeSpan until, double callsPerSecond) =>
        Windows(from, until).Sum(static calls => (double)calls) / (callsPerSecond * (until - from).TotalSeconds);

    private List<int> Windows(TimeSpan from, TimeSpan until) =>
        [.. CallsInWindows.Skip((int)(from.TotalMilliseconds / SimulatedSts.Window)).Take((int)((until - from).TotalMilliseconds / SimulatedSts.Window))];
}
