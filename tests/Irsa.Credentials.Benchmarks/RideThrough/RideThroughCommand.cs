using Irsa.Credentials.Benchmarks.Fleet;
using Irsa.Credentials.Benchmarks.Measuring;

namespace Irsa.Credentials.Benchmarks.RideThrough;

/// <summary>How many pods notice an STS outage that begins at any moment.</summary>
internal static class RideThroughCommand
{
    private static readonly (string Name, Func<TimeSpan, PeerRules> Rules)[] Peers = [("Stock .NET SDK", PeerRules.Stock), ("Go SDK v2", PeerRules.Go), ("Java SDK v2", PeerRules.Java)];

    public static async Task RunAsync(int pods, string? plotFile)
    {
        Console.WriteLine(FormattableString.Invariant($"Pods of {pods:#,0} whose requests fail, and the longest time for which they do."));
        Console.WriteLine();
        var table = new MarkdownTable(["Session", "Outage", "Irsa.Credentials", "longest", .. Peers.Select(static peer => peer.Name)]);
        var shares = new List<(string Name, double Minutes, double Share)>();
        foreach (var (hours, outages) in new[] { (1.0, new[] { 5, 10, 15, 20, 25, 26, 30, 35, 40, 45, 50, 55, 60 }), (4.0, [25, 60, 105]) })
        {
            foreach (var minutes in outages)
            {
                var (lifetime, outage) = (TimeSpan.FromHours(hours), TimeSpan.FromMinutes(minutes));
                var ours = await GapsAsync(pods, seed => EngineOutage.GapAsync(seed, lifetime, outage));
                var peers = Peers.Select(peer => Enumerable.Range(1, pods).Count(seed => PeerOutage.Gap(seed, peer.Rules(lifetime), outage) > TimeSpan.Zero)).ToList();
                table.Add([$"{hours} h", $"{minutes} min", $"{ours.Count(static gap => gap > TimeSpan.Zero):#,0}", $"{ours.Max():mm\\:ss}", .. peers.Select(static count => (FormattableString)$"{count:#,0}")]);
                if (hours == 1)
                {
                    shares.Add(("Irsa.Credentials", minutes, ours.Count(static gap => gap > TimeSpan.Zero) / (double)pods));
                    shares.AddRange(Peers.Zip(peers, (peer, count) => (peer.Name, (double)minutes, count / (double)pods)));
                }
            }
        }

        if (plotFile is not null)
        {
            RideThroughPlot.Save(shares, plotFile);
        }
    }

    private static async Task<List<TimeSpan>> GapsAsync(int pods, Func<int, Task<TimeSpan>> gap)
    {
        var gaps = new List<TimeSpan>();
        foreach (var batch in Enumerable.Range(1, pods).Chunk(500))
        {
            gaps.AddRange(await Task.WhenAll(batch.Select(seed => Task.Run(() => gap(seed)))));
        }

        return gaps;
    }
}
