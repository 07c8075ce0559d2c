using Amazon.Runtime;

namespace Irsa.Credentials.Refresh;

/// <summary>Key, secret and token that belong together, with the monotonic times that decide about them. Immutable.</summary>
internal sealed class CredentialSnapshot
{
    public CredentialSnapshot(ExchangeResult result, TimeSpan refreshAfter, TimeSpan expiryMargin, long now, DateTimeOffset utcNow)
    {
        Keys = result.Keys;
        Served = Task.FromResult(result.Keys);
        Frozen = new SnapshotCredentials(Served, result.Expiration);
        AssumedRoleArn = result.AssumedRoleArn;
        Expiration = result.Expiration;
        IssuedAt = utcNow;
        ExpiresAt = result.SentAt + (long)result.Lifetime.TotalMilliseconds;
        UsableUntil = ExpiresAt - (long)expiryMargin.TotalMilliseconds;
        RefreshAt = Math.Min(result.SentAt + (long)refreshAfter.TotalMilliseconds, UsableUntil);
        LifeOnArrival = TimeSpan.FromMilliseconds(ExpiresAt - now);
    }

    public ImmutableCredentials Keys { get; }

    /// <summary>Gets the answer to every asynchronous caller: completed once, handed out for the snapshot's whole life.</summary>
    public Task<ImmutableCredentials> Served { get; }

    /// <summary>Gets these very keys as the SDK's credentials, for one request or one client.</summary>
    public SnapshotCredentials Frozen { get; }

    public string AssumedRoleArn { get; }

    public DateTimeOffset Expiration { get; }

    public DateTimeOffset IssuedAt { get; }

    public long ExpiresAt { get; }

    public long UsableUntil { get; }

    public long RefreshAt { get; }

    /// <summary>Gets the longest life that a caller could have been given: what was left when the answer had come.</summary>
    public TimeSpan LifeOnArrival { get; }

    public bool IsUsable(long now) => now < UsableUntil;

    public bool LivesFor(TimeSpan lifetime, long now) => ExpiresAt - now >= lifetime.TotalMilliseconds;

    /// <summary>Never prints the keys.</summary>
    public override string ToString() => $"{AssumedRoleArn}, expires {Expiration:O}";
}
