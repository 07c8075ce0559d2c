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
