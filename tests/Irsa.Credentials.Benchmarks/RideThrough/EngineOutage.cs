using Irsa.Credentials.Benchmarks.Measuring;
using Irsa.Credentials.MeasuredApp;
using Irsa.Credentials.Refresh;

namespace Irsa.Credentials.Benchmarks.RideThrough;

/// <summary>One outage for one pod: this library as applications use it, with an STS and a clock for each pod, and without traffic.</summary>
internal static class EngineOutage
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);

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
        var options = new IrsaOptions { ConfigureSts = aws.Configure };
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
            time.Advance(TimeSpan.FromMilliseconds(Math.Max(1, NextDue(cache) - cache.Clock.Milliseconds)));
            await EndOfExchangesAsync(cache, time);
            var late = TimeSpan.FromMilliseconds(cache.Clock.Milliseconds - expiresAt);
            gap = late > gap ? late : gap;
        }

        return gap;
    }

    private static long NextDue(CredentialCache cache) => Math.Min(cache.State.DueAt, cache.Source?.State.DueAt ?? long.MaxValue);

    /// <summary>Exchanges run on the thread pool. One that takes longer than a call in memory pauses between its calls, and goes on when time passes.</summary>
    private static async Task EndOfExchangesAsync(CredentialCache cache, ManualTimeProvider time)
    {
        for (var yields = 1; !IsWaiting(cache, time) || (cache.Source is { } source && !IsWaiting(source, time)); yields++)
        {
            await Task.Yield();
            if (yields % 500 == 0)
            {
                time.Advance(Step);
            }
        }
    }

    /// <summary>Tells whether the next exchange is planned and its timer set, or, with nothing usable, the timer for a look at the token file.</summary>
    private static bool IsWaiting(CredentialCache cache, ManualTimeProvider time)
    {
        var (state, now) = (cache.State, cache.Clock.Milliseconds);
        return state.DueAt > now && (time.HasTimer(state.DueAt, state.DueAt) || (state.WatchesInput(now) && time.HasTimer(now, state.NextWake(now))));
    }
}
