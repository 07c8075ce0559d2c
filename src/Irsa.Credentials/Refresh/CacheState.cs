using Irsa.Credentials.Failures;

namespace Irsa.Credentials.Refresh;

/// <summary>
/// All that a cache knows at one moment, and the rules for what follows from it. Immutable; no clock, no lock, no task. Times are monotonic
/// milliseconds.
/// </summary>
internal sealed record CacheState
{
    /// <summary>The shortest time between two exchanges that callers force (minimum lifetime, rejected key, wall clock) although credentials are usable.</summary>
    public static readonly TimeSpan ForcedExchangeInterval = TimeSpan.FromSeconds(30);

    /// <summary>The shortest time from the end of one exchange to the start of the next, whatever lifetimes STS grants and whoever asks.</summary>
    public const long ExchangeInterval = 1000;

    private const long WallClockCheckInterval = 1000;
    private const long InputCheckInterval = 1000;

    private CacheState()
    {
    }

    public static CacheState Empty { get; } = new();

    /// <summary>Gets the newest credentials, usable or not; null before the first success and after disposal.</summary>
    public CredentialSnapshot? Current { get; private init; }

    /// <summary>Gets a value indicating whether a service has rejected <see cref="Current"/>, and no exchange has failed to replace it since.</summary>
    public bool IsRejected { get; private init; }

    /// <summary>Gets the failures since the last success; null when there are none.</summary>
    public FailureStreak? Failures { get; private init; }

    /// <summary>Gets the time before which callers get <see cref="Current"/> without any further check.</summary>
    public long FastPathUntil { get; private init; } = long.MinValue;

    /// <summary>Gets the time of the next exchange in the background; the largest number while none is planned.</summary>
    public long DueAt { get; private init; } = long.MaxValue;

    public bool IsDisposed { get; private init; }

    /// <summary>Gets a value indicating whether an exchange has failed within the margin, so that nobody waits for another one in it.</summary>
    private bool IsMarginUsed { get; init; }

    private long LastEndedAt { get; init; } = long.MinValue / 2;

    private long LastForcedAt { get; init; } = long.MinValue / 2;

    private ObservedLifetimeLimit? Unattainable { get; init; }

    /// <summary>Gets how far the wall clock was ahead of the monotonic one when the two were last held to be right.</summary>
    private long WallLead { get; init; }

    /// <summary>What has not expired, rejected or in its margin: the last resort when no exchange succeeds.</summary>
    public CredentialSnapshot? Usable(long now) => Current is { } current && !current.IsExpired(now) ? current : null;

    /// <summary>What callers get without waiting.</summary>
    public CredentialSnapshot? Servable(long now) => !IsRejected && Current is { } current && now < ServableUntil(current) ? current : null;

    /// <summary>How long the next exchange has to wait because the last one has only just ended.</summary>
    public long DelayBeforeExchange(long now) => Math.Max(0, LastEndedAt + ExchangeInterval - now);

    /// <summary>Whether a changed input could end a failure early: nothing is usable, and the next exchange is still to come.</summary>
    public bool WatchesInput(long now) => Failures is not null && !IsDisposed && Usable(now) is null;

    /// <summary>When the cache has something to do, without traffic.</summary>
    public long NextWake(long now)
    {
        if (Failures is null || IsDisposed)
        {
            return DueAt;
        }

        // The input is looked at from the moment on at which nothing is usable.
        return Math.Min(DueAt, Usable(now) is { } usable ? usable.ExpiresAt : now + InputCheckInterval);
    }

    /// <summary>The whole policy for one caller, at one moment.</summary>
    /// <param name="now">The moment.</param>
    /// <param name="utcNow">The same by the wall clock.</param>
    /// <param name="minimumLifetime">How long the caller needs the credentials.</param>
    /// <param name="isRefreshing">Whether there is an exchange to wait for.</param>
    public CacheDecision Decide(long now, DateTimeOffset utcNow, TimeSpan minimumLifetime, bool isRefreshing)
    {
        if (IsDisposed)
        {
            return CacheDecision.Disposed;
        }

        if (Servable(now) is { } servable
            && !((IsExpiredByWallClock(servable, now, utcNow) || IsTooShort(servable, minimumLifetime, now)) && MayForce(now, isRefreshing)))
        {
            return now >= DueAt && !isRefreshing ? CacheDecision.ServeAndRefresh : CacheDecision.Serve;
        }

        return !isRefreshing && Usable(now) is null && Failures is { } failures && now < failures.SharedUntil ? CacheDecision.Fail : CacheDecision.Wait;
    }

    public bool MayReject(string accessKey, long now) => !IsRejected && Current?.Keys.AccessKey == accessKey && MayForce(now, isRefreshing: false);

    /// <summary>A caller was served after all checks.</summary>
    public CacheState Served(long now, bool isRefreshing) => this with
    {
        FastPathUntil = Math.Min(Math.Min(ServableUntil(Current!), now + WallClockCheckInterval), isRefreshing ? long.MaxValue : DueAt),
    };

    /// <summary>A caller starts an exchange: because nothing can be served, or because the caller asked for it.</summary>
    public CacheState StartedByCaller(long now) => Servable(now) is null ? this : this with { LastForcedAt = now };

    /// <summary>A service has rejected the current credentials.</summary>
    public CacheState Rejected(long now) => this with { IsRejected = true, LastForcedAt = now, FastPathUntil = long.MinValue };

    /// <summary>An exchange has succeeded.</summary>
    public CacheState Succeeded(CredentialSnapshot snapshot, TimeSpan minimumLifetime, long now, DateTimeOffset utcNow)
    {
        var dueAt = Math.Max(snapshot.RefreshAt, now + ExchangeInterval);
        return this with
        {
            Current = snapshot,
            IsRejected = false,
            IsMarginUsed = false,
            Failures = null,
            FastPathUntil = Math.Min(Math.Min(snapshot.MarginStart, dueAt), now + WallClockCheckInterval),
            DueAt = dueAt,
            LastEndedAt = now,
            Unattainable = ObservedLifetimeLimit.After(Unattainable, minimumLifetime, snapshot.LifeOnArrival),
            WallLead = Lead(now, utcNow),
        };
    }

    /// <summary>
    /// An exchange has failed. Usable credentials keep being used until they expire: in the margin nobody waits for another exchange, the
    /// wall clock is trusted again, as STS could not say otherwise, and rejected credentials are used again, because one service must not
    /// take credentials from all others if they cannot be replaced.
    /// </summary>
    /// <param name="failure">Why.</param>
    /// <param name="inputVersion">What the exchange read.</param>
    /// <param name="followsRejection">Whether the exchange began after the credentials had been rejected.</param>
    /// <param name="schedule">Says how long to wait.</param>
    /// <param name="now">The moment.</param>
    /// <param name="utcNow">The same by the wall clock.</param>
    public CacheState Failed(Failure failure, object? inputVersion, bool followsRejection, RefreshSchedule schedule, long now, DateTimeOffset utcNow)
    {
        var usable = Usable(now);
        var count = (Failures?.Count ?? 0) + 1;
        var leftNothingBefore = Failures is { LeftNothing: true };
        var retry = schedule.RetryAfter(count, failure.IsPermanent, usable is null ? null : TimeSpan.FromMilliseconds(usable.MarginStart - now));
        var share = schedule.ShareFailureFor(count, failure.IsPermanent);
        return this with
        {
            IsRejected = IsRejected && !followsRejection,
            IsMarginUsed = usable is not null && now >= usable.MarginStart,
            Failures = new FailureStreak(
                failure,
                count,
                now + (long)share.TotalMilliseconds,
                utcNow + share,
                utcNow + retry,
                leftNothingBefore || usable is null,
                leftNothingBefore,
                inputVersion),
            DueAt = now + (long)retry.TotalMilliseconds,
            LastEndedAt = now,
            WallLead = usable is null ? WallLead : Lead(now, utcNow),
        };
    }

    /// <summary>The input of the last failed exchange is known only now.</summary>
    public CacheState InputSeen(object inputVersion) => this with { Failures = Failures! with { InputVersion = inputVersion } };

    public CacheState Disposed() => this with
    {
        Current = null,
        IsRejected = false,
        FastPathUntil = long.MinValue,
        DueAt = long.MaxValue,
        IsDisposed = true,
    };

    private static long Lead(long now, DateTimeOffset utcNow) => utcNow.ToUnixTimeMilliseconds() - now;

    private long ServableUntil(CredentialSnapshot snapshot) => IsMarginUsed ? snapshot.ExpiresAt : snapshot.MarginStart;

    /// <summary>
    /// Tells whether the wall clock has run ahead of the monotonic one so far that the credentials would have expired by it: the machine was
    /// suspended, or somebody set the clock. Nobody can tell which from here.
    /// </summary>
    private bool IsExpiredByWallClock(CredentialSnapshot snapshot, long now, DateTimeOffset utcNow)
    {
        var ahead = Lead(now, utcNow) - WallLead;
        return ahead > 0 && now + ahead >= ServableUntil(snapshot);
    }

    private bool IsTooShort(CredentialSnapshot snapshot, TimeSpan minimumLifetime, long now) =>
        !snapshot.LivesFor(minimumLifetime, now) && !(minimumLifetime >= Unattainable?.Asked);

    /// <summary>Whether a caller may wait although credentials are usable: an exchange in progress costs nothing, another one only so often.</summary>
    private bool MayForce(long now, bool isRefreshing) => isRefreshing || now - LastForcedAt >= ForcedExchangeInterval.TotalMilliseconds;
}
