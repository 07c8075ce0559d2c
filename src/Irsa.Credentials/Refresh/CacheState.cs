using Irsa.Credentials.Failures;

namespace Irsa.Credentials.Refresh;

/// <summary>
/// All that a cache knows at one moment, and the rules of what follows from it. Immutable; no clock, no lock, no task. Times are monotonic
/// milliseconds.
/// </summary>
internal sealed record CacheState
{
    /// <summary>How far apart two exchanges are that a caller forces (by a minimum lifetime, a rejected key or a wall clock) while others could be served.</summary>
    public static readonly TimeSpan ForcedExchangeInterval = TimeSpan.FromSeconds(30);

    private const long WallClockCheckInterval = 1000;

    private CacheState()
    {
    }

    public static CacheState Empty { get; } = new();

    /// <summary>Gets what is held, usable or not; null before the first success and after disposal.</summary>
    public CredentialSnapshot? Current { get; private init; }

    /// <summary>Gets a value indicating whether a service has rejected <see cref="Current"/>, and no exchange has failed to replace it since.</summary>
    public bool IsRejected { get; private init; }

    /// <summary>Gets the failures since the last success; null when there are none.</summary>
    public FailureStreak? Failures { get; private init; }

    /// <summary>Gets the time before which <see cref="Current"/> is served without any further look.</summary>
    public long FastPathUntil { get; private init; } = long.MinValue;

    /// <summary>Gets the time of the next attempt behind the callers; the largest number while none is planned.</summary>
    public long DueAt { get; private init; } = long.MaxValue;

    public bool IsDisposed { get; private init; }

    private long LastForcedAt { get; init; } = long.MinValue / 2;

    private ObservedLifetimeLimit? Unattainable { get; init; }

    /// <summary>Gets how far the wall clock was ahead of the monotonic one when the two were last held to be right.</summary>
    private long WallLead { get; init; }

    /// <summary>What is held and alive, rejected or not: what there is to fall back on.</summary>
    public CredentialSnapshot? Alive(long now) => Current is { } current && current.IsUsable(now) ? current : null;

    /// <summary>What may be served.</summary>
    public CredentialSnapshot? Servable(long now) => IsRejected ? null : Alive(now);

    /// <summary>The whole policy for one caller, at one moment.</summary>
    /// <param name="now">The moment.</param>
    /// <param name="utcNow">The same by the wall clock.</param>
    /// <param name="minimumLifetime">How long the caller needs the credentials.</param>
    /// <param name="isUnderWay">Whether there is an exchange to join.</param>
    /// <param name="outdated">The failures whose cause may have gone, as the exchange's input has changed since.</param>
    public CacheDecision Judge(long now, DateTimeOffset utcNow, TimeSpan minimumLifetime, bool isUnderWay, FailureStreak? outdated)
    {
        if (IsDisposed)
        {
            return CacheDecision.Disposed;
        }

        if (Servable(now) is { } servable
            && !IsExpiredByWallClock(servable, now, utcNow)
            && !(IsTooShort(servable, minimumLifetime, now) && MayForce(now)))
        {
            return now >= DueAt && !isUnderWay ? CacheDecision.ServeAndRefresh : CacheDecision.Serve;
        }

        return !isUnderWay && Alive(now) is null && Failures is { } failures && now < failures.SharedUntil && !ReferenceEquals(failures, outdated)
            ? CacheDecision.Refuse
            : CacheDecision.Wait;
    }

    public bool MayReject(string accessKey, long now) => !IsRejected && Current?.Keys.AccessKey == accessKey && MayForce(now);

    /// <summary>A caller has looked, and was served.</summary>
    public CacheState Seen(long now, bool isUnderWay) => this with
    {
        FastPathUntil = Math.Min(Math.Min(Current!.UsableUntil, now + WallClockCheckInterval), isUnderWay ? long.MaxValue : DueAt),
    };

    /// <summary>A caller has made an exchange necessary: with nothing to serve anybody, or by a wish of its own.</summary>
    public CacheState Asked(long now) => Servable(now) is null ? this : this with { LastForcedAt = now };

    /// <summary>A service has rejected what is held.</summary>
    public CacheState Rejected(long now) => this with { IsRejected = true, LastForcedAt = now, FastPathUntil = long.MinValue };

    /// <summary>An exchange has brought credentials.</summary>
    public CacheState Succeeded(CredentialSnapshot snapshot, TimeSpan minimumLifetime, long now, DateTimeOffset utcNow) => this with
    {
        Current = snapshot,
        IsRejected = false,
        Failures = null,
        FastPathUntil = Math.Min(snapshot.RefreshAt, now + WallClockCheckInterval),
        DueAt = snapshot.RefreshAt,
        Unattainable = ObservedLifetimeLimit.After(Unattainable, minimumLifetime, snapshot.LifeOnArrival),
        WallLead = Lead(now, utcNow),
    };

    /// <summary>
    /// An exchange has failed. What is alive is served on: the wall clock is taken for right, as STS could not be asked, and rejected
    /// credentials come back, as one service's word must not take from all the others what nobody can replace.
    /// </summary>
    /// <param name="failure">Why.</param>
    /// <param name="inputVersion">What the exchange read.</param>
    /// <param name="followsRejection">Whether the exchange began after the credentials had been rejected.</param>
    /// <param name="schedule">Says how long to wait.</param>
    /// <param name="now">The moment.</param>
    /// <param name="utcNow">The same by the wall clock.</param>
    public CacheState Failed(Failure failure, object? inputVersion, bool followsRejection, RefreshSchedule schedule, long now, DateTimeOffset utcNow)
    {
        var alive = Alive(now);
        var count = (Failures?.Count ?? 0) + 1;
        var leftNothingBefore = Failures is { LeftNothing: true };
        var retry = schedule.RetryAfter(count, failure.IsPermanent, TimeSpan.FromMilliseconds(alive is null ? 0 : alive.UsableUntil - now));
        var share = schedule.ShareFailureFor(count, failure.IsPermanent);
        return this with
        {
            IsRejected = IsRejected && !followsRejection,
            Failures = new FailureStreak(
                failure,
                count,
                now + (long)share.TotalMilliseconds,
                utcNow + share,
                utcNow + retry,
                leftNothingBefore || alive is null,
                leftNothingBefore,
                inputVersion),
            DueAt = now + (long)retry.TotalMilliseconds,
            WallLead = alive is null ? WallLead : Lead(now, utcNow),
        };
    }

    public CacheState Disposed() => this with
    {
        Current = null,
        IsRejected = false,
        FastPathUntil = long.MinValue,
        DueAt = long.MaxValue,
        IsDisposed = true,
    };

    private static long Lead(long now, DateTimeOffset utcNow) => utcNow.ToUnixTimeMilliseconds() - now;

    /// <summary>
    /// Tells whether the wall clock has run ahead of the monotonic one so far that the credentials would be dead by it: the machine was
    /// asleep, or somebody set the clock. Nobody can tell which from here.
    /// </summary>
    private bool IsExpiredByWallClock(CredentialSnapshot snapshot, long now, DateTimeOffset utcNow)
    {
        var ahead = Lead(now, utcNow) - WallLead;
        return ahead > 0 && now + ahead >= snapshot.UsableUntil;
    }

    private bool IsTooShort(CredentialSnapshot snapshot, TimeSpan minimumLifetime, long now) =>
        !snapshot.LivesFor(minimumLifetime, now) && !(minimumLifetime >= Unattainable?.Asked);

    private bool MayForce(long now) => now - LastForcedAt >= ForcedExchangeInterval.TotalMilliseconds;
}
