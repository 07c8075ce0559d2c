using System.Globalization;
using Irsa.Credentials.Refresh;

namespace Irsa.Credentials.Benchmarks;

/// <summary>How many pods notice an STS outage that begins at any moment: the real engine on a clock of its own for each pod.</summary>
internal static class RideThrough
{
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(60);

    public static async Task RunAsync(int pods)
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| Session | Outage | pods of {pods} that fail requests | longest gap | stock policy |"));
        Console.WriteLine("|---|---|---|---|---|");
        foreach (var (session, outages) in new[] { (1.0, new[] { 5, 15, 25, 26, 30, 45, 60 }), (4.0, [25, 60, 105]) })
        {
            foreach (var minutes in outages)
            {
                var lifetime = TimeSpan.FromHours(session);
                var gaps = new List<TimeSpan>();
                foreach (var batch in Enumerable.Range(1, pods).Chunk(500))
                {
                    gaps.AddRange(await Task.WhenAll(batch.Select(seed => Task.Run(() => GapAsync(seed, lifetime, TimeSpan.FromMinutes(minutes))))));
                }

                var stock = Enumerable.Range(1, pods).Count(seed => StockFails(new Random(seed), lifetime, TimeSpan.FromMinutes(minutes)));
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {session} h | {minutes} min | {gaps.Count(static gap => gap > TimeSpan.Zero)} | {gaps.Max():mm\\:ss} | {stock} |"));
            }
        }
    }

    /// <summary>How long requests fail: from the end of the last usable credentials to the first new ones.</summary>
    private static async Task<TimeSpan> GapAsync(int seed, TimeSpan lifetime, TimeSpan outage)
    {
        var random = new Random(seed);
        var time = new ManualTime();
        var observer = new SignallingObserver();
        var (downFrom, downUntil) = (long.MaxValue, long.MaxValue);
        using var sts = new SimulatedSts(time, lifetime, () => time.GetTimestamp() >= downFrom && time.GetTimestamp() < downUntil);
        await using var cache = new CredentialCache("role", sts, new RefreshSchedule(0.5, random.NextDouble), Margin, TimeSpan.FromSeconds(20), observer, time);
        await cache.GetAsync(CancellationToken.None);
        await observer.NextAsync();

        // The outage begins at any moment of the second hour, when the first snapshot's special draw is over for some and not for others.
        downFrom = (lifetime * (0.5 + random.NextDouble())).Ticks;
        downUntil = downFrom + outage.Ticks;
        var gap = TimeSpan.Zero;
        while (time.GetTimestamp() < downUntil || cache.Failures is not null)
        {
            var usableUntil = cache.Current!.ExpiresAt;
            time.Advance(TimeSpan.FromMilliseconds(Math.Max(1, cache.State.DueAt - cache.Clock.Milliseconds)));
            await observer.NextAsync();
            var late = TimeSpan.FromMilliseconds(cache.Clock.Milliseconds - usableUntil);
            gap = late > gap ? late : gap;
        }

        return gap;
    }

    /// <summary>The SDK's policy: replaced within the last 15 minutes, one minute of buffer, tried again at every request.</summary>
    private static bool StockFails(Random random, TimeSpan lifetime, TimeSpan outage)
    {
        var refreshEvery = lifetime - TimeSpan.FromMinutes(15);
        var intoCycle = refreshEvery * random.NextDouble();
        return intoCycle + outage > lifetime - TimeSpan.FromMinutes(1);
    }
}
