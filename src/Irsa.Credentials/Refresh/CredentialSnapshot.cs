using Amazon.Runtime;

namespace Irsa.Credentials.Refresh;

/// <summary>
/// Key, secret and token that belong together, with the monotonic times that decide about them. Immutable, but for the moment until
/// which a caller need not look any closer.
/// </summary>
internal sealed class CredentialSnapshot
{
    private long _quietUntil;
    private long _wallLead;

    public CredentialSnapshot(ExchangeResult result, TimeSpan refreshAfter, TimeSpan expiryMargin, long now, DateTimeOffset utcNow)
    {
        Keys = result.Keys;
        Served = Task.FromResult(result.Keys);
        Frozen = new FrozenCredentials(Served, result.Expiration);
        AssumedRoleArn = result.AssumedRoleArn;
        Expiration = result.Expiration;
        Lifetime = result.Lifetime;
        IssuedAt = utcNow;
        ExpiresAt = result.SentAt + (long)result.Lifetime.TotalMilliseconds;
        UsableUntil = ExpiresAt - (long)expiryMargin.TotalMilliseconds;
        RefreshAt = Math.Min(result.SentAt + (long)refreshAfter.TotalMilliseconds, UsableUntil);
        _wallLead = utcNow.ToUnixTimeMilliseconds() - now;
    }

    public ImmutableCredentials Keys { get; }

    /// <summary>Gets the answer to every asynchronous caller: completed once, handed out for the snapshot's whole life.</summary>
    public Task<ImmutableCredentials> Served { get; }

    /// <summary>Gets these very keys as the SDK's credentials, for one request or one client.</summary>
    public FrozenCredentials Frozen { get; }

    public string AssumedRoleArn { get; }

    public DateTimeOffset Expiration { get; }

    public TimeSpan Lifetime { get; }

    public DateTimeOffset IssuedAt { get; }

    public long ExpiresAt { get; }

    public long UsableUntil { get; }

    public long RefreshAt { get; }

    /// <summary>Gets or sets the monotonic time before which these credentials are served without any further look.</summary>
    public long QuietUntil
    {
        get => Volatile.Read(ref _quietUntil);
        set => Volatile.Write(ref _quietUntil, value);
    }

    public bool IsUsable(long now) => now < UsableUntil;

    public bool LivesFor(TimeSpan lifetime, long now) => ExpiresAt - now >= lifetime.TotalMilliseconds;

    /// <summary>
    /// Tells whether the wall clock has run ahead of the monotonic one so far that the credentials would be dead by it: the machine was
    /// asleep, or somebody set the clock. Nobody can tell which from here.
    /// </summary>
    public bool IsExpiredByWallClock(long now, DateTimeOffset utcNow)
    {
        var ahead = utcNow.ToUnixTimeMilliseconds() - now - Volatile.Read(ref _wallLead);
        return ahead > 0 && now + ahead >= UsableUntil;
    }

    /// <summary>Takes the wall clock as it now is for right, after STS could not be asked which of the two is.</summary>
    public void AcceptWallClock(long now, DateTimeOffset utcNow) =>
        Volatile.Write(ref _wallLead, utcNow.ToUnixTimeMilliseconds() - now);

    /// <summary>Never prints the keys.</summary>
    public override string ToString() => $"{AssumedRoleArn}, expires {Expiration:O}";
}
