using System.Collections.Concurrent;
using Irsa.Credentials.Benchmarks.Fleet;
using Irsa.Credentials.Benchmarks.Measuring;

namespace Irsa.Credentials.Benchmarks.RideThrough;

/// <summary>How many pods notice an STS outage that begins at any moment.</summary>
internal static class RideThroughCommand
{
    private static readonly (string Name, Func<TimeSpan, PeerRules> Rules)[] Peers = [("Stock .NET SDK", PeerRules.Stock), ("Go SDK v2", PeerRules.Go), ("Java SDK v2", PeerRules.Java)];

    public static async Task RunAsync(int pods, string? plotFile)
    {
        using var token = new TokenFileForWorkers();
        Console.WriteLine(FormattableString.Invariant($"Of {pods:#,0} pods those whose requests fail, and the longest time for which they do."));
        Console.WriteLine();
        var table = new MarkdownTable(["Session", "Outage", "Irsa.Credentials", "longest", "with AssumeRole", "longest", .. Peers.Select(static peer => peer.Name)]);
        var shares = new List<(string Name, double Minutes, double Share)>();
        foreach (var (hours, outages) in new[] { (1.0, new[] { 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60 }), (4.0, [25, 60, 105]) })
        {
            foreach (var minutes in outages)
            {
                var (lifetime, outage) = (TimeSpan.FromHours(hours), TimeSpan.FromMinutes(minutes));
                var ours = await GapsAsync(pods, token, new IrsaOptions { SessionDuration = hours == 1 ? null : lifetime }, lifetime, outage);

                // STS grants one hour to a role that is assumed by another.
                var chained = hours == 1
                    ? await GapsAsync(pods, token, new IrsaOptions { AssumeRole = new AssumeRoleOptions { RoleArn = "arn:aws:iam::222233334444:role/second" } }, lifetime, outage)
                    : null;
                var peers = Peers.Select(peer => Enumerable.Range(1, pods).Count(seed => PeerOutage.Gap(seed, peer.Rules(lifetime), outage) > TimeSpan.Zero)).ToList();
                table.Add([$"{hours} h", $"{minutes} min", .. Cells(ours), .. Cells(chained), .. peers.Select(static count => (FormattableString)$"{count:#,0}")]);
                if (chained is not null)
                {
                    shares.Add(("Irsa.Credentials", minutes, Failing(ours) / (double)pods));
                    shares.Add(("Irsa.Credentials, chained", minutes, Failing(chained) / (double)pods));
                    shares.AddRange(Peers.Zip(peers, (peer, count) => (peer.Name, (double)minutes, count / (double)pods)));
                }
            }
        }

        if (plotFile is not null)
        {
            RideThroughPlot.Save(shares, plotFile);
        }
    }

    private static int Failing(IEnumerable<TimeSpan> gaps) => gaps.Count(static gap => gap > TimeSpan.Zero);

    private static FormattableString[] Cells(IReadOnlyCollection<TimeSpan>? gaps) => gaps is null ? [$"-", $"-"] : [$"{Failing(gaps):#,0}", $"{gaps.Max():mm\\:ss}"];

    private static async Task<IReadOnlyCollection<TimeSpan>> GapsAsync(int pods, TokenFileForWorkers token, IrsaOptions identity, TimeSpan lifetime, TimeSpan outage)
    {
        var gaps = new ConcurrentBag<TimeSpan>();
        await Parallel.ForEachAsync(Enumerable.Range(1, pods), async (seed, _) => gaps.Add(await EngineOutage.GapAsync(seed, Configure, lifetime, outage)));
        return gaps;

        void Configure(IrsaOptions options)
        {
            options.RoleArn = token.Environment["AWS_ROLE_ARN"];
            options.WebIdentityTokenFile = token.Path;
            options.Region = token.Environment["AWS_REGION"];
            options.SessionDuration = identity.SessionDuration;
            options.AssumeRole = identity.AssumeRole;
        }
    }
}
