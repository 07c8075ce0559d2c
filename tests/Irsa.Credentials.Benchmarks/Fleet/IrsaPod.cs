using Amazon.Runtime;
using Irsa.Credentials.Failures;
using Irsa.Credentials.Refresh;

namespace Irsa.Credentials.Benchmarks.Fleet;

/// <summary>
/// A pod by this library's own <see cref="CacheState"/> and <see cref="RefreshSchedule"/>; only the calls within one exchange are modelled
/// here.
/// </summary>
internal sealed class IrsaPod : Pod
{
    private const double BetweenRequests = 1000;

    // The defaults of IrsaOptions.MaxAttempts and of the delays between the attempts.
    private const int CallsInAnExchange = 4;
    private const double FirstDelay = 500;

    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(60);
    private static readonly ImmutableCredentials Keys = new("key", "secret", "token");
    private static readonly Failure Unavailable = new(IrsaErrorCode.StsUnavailable, IsPermanent: false, "STS is down.", "Wait.");

    private readonly TimeSpan _lifetime;
    private readonly bool _hasTraffic;
    private readonly Random _random;
    private readonly RefreshSchedule _schedule;
    private CacheState _state = CacheState.Empty;
    private int _calls;

    public IrsaPod(long startAt, TimeSpan lifetime, bool hasTraffic, Random random)
    {
        _lifetime = lifetime;
        _hasTraffic = hasTraffic;
        _random = random;
        _schedule = new RefreshSchedule(0.5, random.NextDouble);
        NextCallAt = startAt;
    }

    protected override void Succeed(long now)
    {
        _calls = 0;
        var result = new ExchangeResult { Keys = Keys, AssumedRoleArn = string.Empty, Expiration = At(now) + _lifetime, Lifetime = _lifetime, SentAt = now };
        var refreshAfter = _state.Current is { } previous
            ? _schedule.RefreshAfter(_lifetime, late: TimeSpan.FromMilliseconds(now - previous.RefreshAt))
            : _schedule.FirstRefreshAfter(_lifetime);
        var snapshot = new CredentialSnapshot(result, refreshAfter, Margin, now, At(now));
        _state = _state.Succeeded(snapshot, TimeSpan.Zero, now, At(now));
        UsableUntil = snapshot.ExpiresAt;
        NextCallAt = _state.DueAt;
    }

    protected override void Fail(long now)
    {
        var isUrgent = _state.Usable(now) is null;
        if (isUrgent && ++_calls < CallsInAnExchange)
        {
            NextCallAt = now + (long)(FirstDelay * (1 << (_calls - 1)) * (0.5 + _random.NextDouble()));
            return;
        }

        _calls = 0;
        _state = _state.Failed(Unavailable, inputVersion: null, followsRejection: false, _schedule, now, At(now));
        NextCallAt = isUrgent && _hasTraffic ? Math.Min(_state.DueAt, _state.Failures!.SharedUntil + (long)(_random.NextDouble() * BetweenRequests)) : _state.DueAt;
    }

    private static DateTimeOffset At(long now) => DateTimeOffset.UnixEpoch.AddMilliseconds(now);
}
