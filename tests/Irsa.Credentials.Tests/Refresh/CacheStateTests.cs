using Amazon.Runtime;
using Irsa.Credentials.Refresh;

namespace Irsa.Credentials.Tests.Refresh;

public sealed class CacheStateTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 26, 12, 0, 0, TimeSpan.Zero);

    private readonly RefreshSchedule _schedule = new(0.5, static () => 0.5);

    [Fact]
    public void The_input_is_looked_at_from_the_expiry_on_even_if_the_next_exchange_is_later()
    {
        var snapshot = Snapshot();
        var now = snapshot.ExpiresAt - 1000;
        var state = CacheState.Empty.Succeeded(snapshot, TimeSpan.Zero, 0, Start);
        Assert.Equal(snapshot.RefreshAt, state.NextWake(0));

        state = state.Failed(ScriptedExchange.Failure(), "version", followsRejection: false, _schedule, now, At(now));

        Assert.True(state.DueAt > snapshot.ExpiresAt + 1000);
        Assert.Equal((false, snapshot.ExpiresAt), (state.WatchesInput(now), state.NextWake(now)));
        Assert.Equal((true, snapshot.ExpiresAt + 1000), (state.WatchesInput(snapshot.ExpiresAt), state.NextWake(snapshot.ExpiresAt)));
        Assert.Equal(long.MaxValue, state.Disposed().NextWake(now));
    }

    [Fact]
    public void While_credentials_are_usable_for_longer_the_next_exchange_is_the_next_thing_to_do()
    {
        var snapshot = Snapshot();
        var now = snapshot.RefreshAt;

        var state = CacheState.Empty.Succeeded(snapshot, TimeSpan.Zero, 0, Start)
            .Failed(ScriptedExchange.Failure(), "version", followsRejection: false, _schedule, now, At(now));

        Assert.Equal(state.DueAt, state.NextWake(now));
    }

    /// <summary>Before that, pauses grow to five minutes; from two minutes before the margin on, and in it, none is longer than 15 s.</summary>
    [Theory]
    [InlineData(1740, 225)]
    [InlineData(180, 60)]
    [InlineData(60, 15)]
    [InlineData(-30, 15)]
    public void The_pause_after_a_failed_refresh_depends_on_what_is_left_until_the_margin(int secondsUntilMargin, int expectedSeconds)
    {
        var snapshot = Snapshot();
        var now = snapshot.MarginStart - (secondsUntilMargin * 1000);
        var state = CacheState.Empty.Succeeded(snapshot, TimeSpan.Zero, 0, Start);

        for (var failures = 0; failures < 8; failures++)
        {
            state = state.Failed(ScriptedExchange.Failure(), "version", followsRejection: false, _schedule, now, At(now));
        }

        Assert.Equal(now + (expectedSeconds * 1000), state.DueAt);
    }

    /// <summary>A wall clock is corrected all the time. Only one by which the credentials would be in their margin makes callers wait.</summary>
    [Theory]
    [InlineData(1, false)]
    [InlineData(60_000, false)]
    [InlineData(29 * 60_000 - 1, false)]
    [InlineData(29 * 60_000, true)]
    public void A_wall_clock_that_is_ahead_makes_callers_wait_only_where_the_credentials_have_expired_by_it(int ahead, bool isWaiting)
    {
        var snapshot = Snapshot();
        var now = snapshot.RefreshAt;
        var state = CacheState.Empty.Succeeded(snapshot, TimeSpan.Zero, 0, Start);

        var decision = state.Decide(now, At(now + ahead), TimeSpan.Zero, isRefreshing: true);

        Assert.Equal(isWaiting ? CacheDecision.Wait : CacheDecision.Serve, decision);
    }

    private static DateTimeOffset At(long now) => Start.AddMilliseconds(now);

    private static CredentialSnapshot Snapshot()
    {
        var lifetime = TimeSpan.FromHours(1);
        var result = new ExchangeResult
        {
            Keys = new ImmutableCredentials("KEY", "secret", "token"),
            AssumedRoleArn = "arn:aws:sts::111122223333:assumed-role/app/pod",
            Expiration = Start + lifetime,
            Lifetime = lifetime,
            SentAt = 0,
        };
        return new CredentialSnapshot(result, TimeSpan.FromMinutes(30), TimeSpan.FromSeconds(60), 0, Start);
    }
}
