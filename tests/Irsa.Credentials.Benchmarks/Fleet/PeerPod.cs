namespace Irsa.Credentials.Benchmarks.Fleet;

/// <summary>A pod by the rules of another SDK: an exchange is up to three calls with the SDKs' standard back-off, and begins with a request.</summary>
internal sealed class PeerPod : Pod
{
    private const int CallsInAnExchange = 3;
    private const double BetweenRequests = 1000;

    private readonly PeerRules _rules;
    private readonly Random _random;
    private int _calls;

    public PeerPod(long startAt, PeerRules rules, Random random)
    {
        _rules = rules;
        _random = random;
        NextCallAt = startAt;
    }

    protected override void Succeed(long now)
    {
        _calls = 0;
        var expiresAt = now + (long)_rules.Lifetime.TotalMilliseconds;
        UsableUntil = expiresAt - (long)_rules.ExpiryBuffer.TotalMilliseconds;
        NextCallAt = AtNextRequest(expiresAt - (long)_rules.RefreshBefore.TotalMilliseconds + (long)(_random.NextDouble() * _rules.RefreshJitter.TotalMilliseconds));
    }

    protected override void Fail(long now)
    {
        if (++_calls < CallsInAnExchange)
        {
            NextCallAt = now + (long)(_random.NextDouble() * 500 * (1 << _calls));
            return;
        }

        _calls = 0;
        var hasCredentials = UsableUntil > long.MinValue;
        NextCallAt = AtNextRequest(hasCredentials && _rules.PauseAfterFailure is { } pause
            ? now + (long)(pause.Shortest + ((pause.Longest - pause.Shortest) * _random.NextDouble())).TotalMilliseconds
            : now);
    }

    private long AtNextRequest(long time) => time + (long)(_random.NextDouble() * BetweenRequests);
}
