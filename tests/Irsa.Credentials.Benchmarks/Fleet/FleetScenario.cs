namespace Irsa.Credentials.Benchmarks.Fleet;

/// <summary>What happens to a fleet.</summary>
/// <param name="Pods">How many pods.</param>
/// <param name="Duration">How long is simulated.</param>
/// <param name="StartWithin">The time over which the pods start, evenly.</param>
internal sealed record FleetScenario(int Pods, TimeSpan Duration, TimeSpan StartWithin)
{
    /// <summary>Gets when the outage begins.</summary>
    public TimeSpan OutageAt { get; init; }

    /// <summary>Gets how long the outage lasts; zero for none.</summary>
    public TimeSpan Outage { get; init; }

    /// <summary>Gets the rate above which STS throttles; null for none.</summary>
    public double? CallsPerSecond { get; init; }
}
