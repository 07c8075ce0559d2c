using Irsa.Credentials.Benchmarks.Measuring;

namespace Irsa.Credentials.Benchmarks.Fleet;

/// <summary>The load of a whole fleet on STS, and its pods without credentials: at a roll-out, after outages and while STS throttles.</summary>
internal static class FleetCommand
{
    private const double ThrottledAt = 1.5;

    private static readonly TimeSpan RollOut = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan OutageAt = TimeSpan.FromHours(4);
    private static readonly TimeSpan Recovery = TimeSpan.FromMinutes(10);

    public static void Run(int pods, string? plotFile)
    {
        var steady = pods / FleetPolicy.Ours.MeanInterval.TotalSeconds;
        RollOutAtOnce(pods, plotFile);
        Console.WriteLine();
        Outages(pods);
        Console.WriteLine();
        Throttling(pods, steady * ThrottledAt);
    }

    private static void RollOutAtOnce(int pods, string? plotFile)
    {
        Console.WriteLine(FormattableString.Invariant($"{pods:#,0} pods start within a minute. The busiest 10 s of an hour against the hour's mean; hours count from the end of that minute."));
        Console.WriteLine();
        var scenario = new FleetScenario(pods, TimeSpan.FromHours(12) + RollOut, RollOut);
        var table = new MarkdownTable(["Policy", .. Enumerable.Range(1, 12).Select(static hour => $"hour {hour}")]);
        var loads = new List<(string Name, FleetResult Result)>();
        foreach (var policy in new[] { FleetPolicy.Ours, FleetPolicy.Stock, FleetPolicy.Go, FleetPolicy.Java })
        {
            var result = FleetSimulation.Run(policy, scenario);
            loads.Add((policy.Name, result));
            table.Add([$"{policy.Name}", .. Enumerable.Range(0, 12).Select(hour => (FormattableString)$"{result.PeakToMean(RollOut + TimeSpan.FromHours(hour), RollOut + TimeSpan.FromHours(hour + 1)):0.00}")]);
        }

        if (plotFile is not null)
        {
            FleetPlot.Save(loads, RollOut, plotFile);
        }
    }

    private static void Outages(int pods)
    {
        Console.WriteLine("STS fails every call for a while, four hours after the start. Spread: the pods started evenly over one refresh interval of their own. The recovery is the 10 minutes after, the longest back-off of all policies.");
        Console.WriteLine();
        var table = new MarkdownTable(
            "Outage", "Policy", "Start", "pods without credentials", "pod-minutes without", "calls during the outage, times the steady rate",
            "busiest 10 s of the recovery, times the steady rate", "peak/mean in the hour after the recovery", "last pod ready after STS is back");
        foreach (var minutes in new[] { 5, 15, 25, 45 })
        {
            var outage = TimeSpan.FromMinutes(minutes);
            foreach (var (policy, isSpread) in new[] { (FleetPolicy.Ours, false), (FleetPolicy.Ours, true), (FleetPolicy.Stock, true), (FleetPolicy.Go, true), (FleetPolicy.Java, true) })
            {
                var (end, steady) = (OutageAt + outage, pods / policy.MeanInterval.TotalSeconds);
                var result = FleetSimulation.Run(
                    policy,
                    new FleetScenario(pods, end + Recovery + TimeSpan.FromHours(1), isSpread ? policy.MeanInterval : RollOut) { OutageAt = OutageAt, Outage = outage });
                var unready = result.LastRecovery > end ? result.LastRecovery - end : TimeSpan.Zero;
                table.Add(
                    $"{minutes} min", $"{policy.Name}", $"{(isSpread ? "spread" : "in a minute")}", $"{result.PodsWithoutCredentials:#,0}", $"{result.TimeWithoutCredentials.TotalMinutes:#,0}",
                    $"{result.RateRatio(OutageAt, end, steady):0.0}", $"{result.PeakToRate(end, end + Recovery, steady):0.0}",
                    $"{result.PeakToMean(end + Recovery, end + Recovery + TimeSpan.FromHours(1)):0.00}",
                    $"{(result.PodsWithoutCredentials == 0 ? "-" : $"{unready.TotalSeconds:0} s")}");
            }
        }
    }

    private static void Throttling(int pods, double limit)
    {
        Console.WriteLine(FormattableString.Invariant(
            $"{pods:#,0} pods start within a minute while STS answers {limit:0.0} calls a second at most: {ThrottledAt} times this library's steady rate, which takes {pods / limit / 60:0.0} min for all of them."));
        Console.WriteLine();
        var table = new MarkdownTable("Policy", "all pods ready after", "pod-minutes without credentials", "calls until then, times the steady rate");
        foreach (var policy in new[] { FleetPolicy.Ours, FleetPolicy.OursWithTraffic, FleetPolicy.Stock, FleetPolicy.Go, FleetPolicy.Java })
        {
            var result = FleetSimulation.Run(policy, new FleetScenario(pods, TimeSpan.FromMinutes(45), RollOut) { CallsPerSecond = limit });
            var settled = result.LastRecovery;
            table.Add($"{policy.Name}", $"{settled.TotalMinutes:0.0} min", $"{result.TimeWithoutCredentials.TotalMinutes:#,0}", $"{result.RateRatio(TimeSpan.Zero, settled, limit / ThrottledAt):#,0}");
        }
    }
}
