namespace Irsa.Credentials.Benchmarks.Fleet;

/// <summary>The rules by which a fleet of pods with sessions of one hour refreshes.</summary>
/// <param name="Name">Whose rules.</param>
/// <param name="MeanInterval">The average time between two refreshes.</param>
/// <param name="Create">Makes a pod that makes its first call at the given time.</param>
internal sealed record FleetPolicy(string Name, TimeSpan MeanInterval, Func<long, Random, Pod> Create)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    /// <summary>Gets this library's rules, where a pod without credentials is not ready and so gets no requests.</summary>
    public static FleetPolicy Ours { get; } = new("Irsa.Credentials", Lifetime * 0.525, (startAt, random) => new IrsaPod(startAt, Lifetime, hasTraffic: false, random));

    /// <summary>Gets this library's rules, where requests keep coming to a pod without credentials.</summary>
    public static FleetPolicy OursWithTraffic { get; } =
        new("Irsa.Credentials, requests to unready pods", Lifetime * 0.525, (startAt, random) => new IrsaPod(startAt, Lifetime, hasTraffic: true, random));

    public static FleetPolicy Stock { get; } = Peer("Stock .NET SDK", PeerRules.Stock(Lifetime));

    public static FleetPolicy Go { get; } = Peer("Go SDK v2", PeerRules.Go(Lifetime));

    public static FleetPolicy Java { get; } = Peer("Java SDK v2", PeerRules.Java(Lifetime));

    private static FleetPolicy Peer(string name, PeerRules rules) => new(name, rules.MeanInterval, (startAt, random) => new PeerPod(startAt, rules, random));
}
