using System.Diagnostics;
using Irsa.Credentials.Benchmarks.Measuring;
using Irsa.Credentials.MeasuredApp;
using Irsa.Credentials.Refresh;

namespace Irsa.Credentials.Benchmarks.RideThrough;

/// <summary>One outage for one pod: this library as applications use it, with an STS and a clock for each pod, and without traffic.</summary>
internal static class EngineOutage
{
    // Far longer than an exchange in memory takes, in real time.
    private static readonly TimeSpan LongestExchange = TimeSpan.FromMilliseconds(200);

    /// <summary>How long requests would fail: from the expiration of the last credentials to the first new ones.</summary>
    /// <param name="seed">Chooses when the outage begins.</param>
    /// <param name="configure">The identity.</param>
    /// <param name="lifetime">The life of its sessions.</param>
    /// <param name="outage">How long STS fails every call.</param>
    public static async Task<TimeSpan> GapAsync(int seed, Action<IrsaOptions> configure, TimeSpan lifetime, TimeSpan outage)
    {
        var time = new ManualTimeProvider();
        var (downFrom, downUntil) = (long.MaxValue, long.MaxValue);
        using var aws = new InMemoryAws(time, () => time.GetTimestamp() >= downFrom && time.GetTimestamp() < downUntil);

        // Pauses between the attempts of an exchange would need time to pass in it; only pods without credentials make a second attempt.
        var options = new IrsaOptions { ConfigureSts = aws.Configure, MaxAttempts = 1 };
        configure(options);
        await using var credentials = new WebIdentityTokenCredentials(options, null, time);
        await credentials.GetCredentialsAsync();
        var cache = credentials.Cache;

        // The outage begins at any moment of an hour, when the special draw for the first refresh is over for some and not for others.
        downFrom = (lifetime * (0.5 + new Random(seed).NextDouble())).Ticks;
        downUntil = downFrom + outage.Ticks;
        var gap = TimeSpan.Zero;
        while (time.GetTimestamp() < downUntil || cache.Failures is not null)
        {
            var expiresAt = cache.Current!.ExpiresAt;
            AdvanceToNextTimer(time);
            await EndOfExchangesAsync(cache, time);
            var late = TimeSpan.FromMilliseconds(cache.Clock.Milliseconds - expiresAt);
            gap = late > gap ? late : gap;
        }

        return gap;
    }

    /// <summary>There is no timer where the thread pool has not begun an exchange yet.</summary>
    private static void AdvanceToNextTimer(ManualTimeProvider time)
    {
        var next = time.Timers.DefaultIfEmpty(0).Min();
        time.Advance(TimeSpan.FromTicks(Math.Max(0, next - time.GetTimestamp())));
    }

    /// <summary>Exchanges run on the thread pool. One that does not end waits for time to pass.</summary>
    private static async Task EndOfExchangesAsync(CredentialCache cache, ManualTimeProvider time)
    {
        for (var started = Stopwatch.GetTimestamp(); IsExchanging(cache, time);)
        {
            await Task.Yield();
            if (Stopwatch.GetElapsedTime(started) > LongestExchange)
            {
                AdvanceToNextTimer(time);
                started = Stopwatch.GetTimestamp();
            }
        }
    }

    /// <summary>A cache plans its next exchange first and sets its timer then; without an exchange there are no other timers.</summary>
    private static bool IsExchanging(CredentialCache cache, ManualTimeProvider time)
    {
        var now = cache.Clock.Milliseconds;
        return cache.State.DueAt <= now || cache.Source?.State.DueAt <= now || time.Timers.Count < (cache.Source is null ? 1 : 2);
    }
}
