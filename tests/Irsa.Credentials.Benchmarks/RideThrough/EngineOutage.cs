using Irsa.Credentials.Benchmarks.Measuring;
using Irsa.Credentials.Refresh;

namespace Irsa.Credentials.Benchmarks.RideThrough;

/// <summary>One outage for one pod: this library's own cache, with a clock for each pod and without traffic.</summary>
internal static class EngineOutage
{
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(60);

    /// <summary>How long requests would fail: from the end of the last usable credentials to the first new ones.</summary>
    public static async Task<TimeSpan> GapAsync(int seed, TimeSpan lifetime, TimeSpan outage)
    {
        var random = new Random(seed);
        var time = new ManualTimeProvider();
        var observer = new SignallingObserver();
        var (downFrom, downUntil) = (long.MaxValue, long.MaxValue);
        using var sts = new SimulatedStsExchange(time, lifetime, () => time.GetTimestamp() >= downFrom && time.GetTimestamp() < downUntil);
        await using var cache = new CredentialCache("role", sts, new RefreshSchedule(0.5, random.NextDouble), Margin, TimeSpan.FromSeconds(20), observer, time);
        await cache.GetAsync(CancellationToken.None);
        await observer.NextAsync();

        // The outage begins at any moment of the second hour, when the special draw for the first refresh is over for some and not for others.
        downFrom = (lifetime * (0.5 + random.NextDouble())).Ticks;
        downUntil = downFrom + outage.Ticks;
        var gap = TimeSpan.Zero;
        while (time.GetTimestamp() < downUntil || cache.Failures is not null)
        {
            var usableUntil = cache.Current!.UsableUntil;
            time.Advance(TimeSpan.FromMilliseconds(Math.Max(1, cache.State.DueAt - cache.Clock.Milliseconds)));
            await observer.NextAsync();
            var late = TimeSpan.FromMilliseconds(cache.Clock.Milliseconds - usableUntil);
            gap = late > gap ? late : gap;
        }

        return gap;
    }
}
