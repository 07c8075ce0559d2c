using Amazon.Runtime;

namespace Irsa.Credentials.Refresh;

/// <summary>Key, secret and token that belong together, and the monotonic times in milliseconds that decide about them. Immutable.</summary>
internal sealed class CredentialSnapshot
{
    /// <summary>Sessions of other servers may be shorter than the configured margin, so it takes this share of a life at most.</summary>
    private const double LargestMarginShare = 0.2;

    // A refresh that starts so long before the margin ends before callers have to wait for it.
    private const long RefreshBeforeMargin = 30_000;

    /// <param name="result">What STS issued.</param>
    /// <param name="refreshAfter">When the refresh is planned, counted from <see cref="ExchangeResult.SentAt"/>.</param>
    /// <param name="expiryMargin">The configured margin.</param>
    /// <param name="now">The monotonic time of arrival.</param>
    /// <param name="utcNow">The wall clock's time of arrival.</param>
    public CredentialSnapshot(ExchangeResult result, TimeSpan refreshAfter, TimeSpan expiryMargin, long now, DateTimeOffset utcNow)
    {
        var life = (long)result.Lifetime.TotalMilliseconds;
        var margin = Math.Max(0, Math.Min((long)expiryMargin.TotalMilliseconds, (long)(life * LargestMarginShare)));
        Keys = result.Keys;
        Served = Task.FromResult(result.Keys);
        Frozen = new SnapshotCredentials(Served, result.Expiration);
        AssumedRoleArn = result.AssumedRoleArn;
        Expiration = result.Expiration;
        IssuedAt = utcNow;
        ExpiresAt = result.SentAt + life;
        MarginStart = ExpiresAt - margin;
        RefreshAt = Math.Min(result.SentAt + (long)refreshAfter.TotalMilliseconds, MarginStart - Math.Min(margin, RefreshBeforeMargin));
        LifeOnArrival = TimeSpan.FromMilliseconds(ExpiresAt - now);
    }

    public ImmutableCredentials Keys { get; }

    /// <summary>Gets the answer to every asynchronous caller: completed once, handed out for the snapshot's whole life.</summary>
    public Task<ImmutableCredentials> Served { get; }

    /// <summary>Gets these very keys as the SDK's credentials, for one request or one client.</summary>
    public SnapshotCredentials Frozen { get; }

    public string? AssumedRoleArn { get; }

    public DateTimeOffset Expiration { get; }

    public DateTimeOffset IssuedAt { get; }

    public long ExpiresAt { get; }

    /// <summary>Gets the time from which callers wait for a refresh instead of using what is about to expire.</summary>
    public long MarginStart { get; }

    /// <summary>Gets the planned time of the refresh: this process's place in the timetable.</summary>
    public long RefreshAt { get; }

    /// <summary>Gets the longest life that a caller could have been given: what was left when the answer had come.</summary>
    public TimeSpan LifeOnArrival { get; }

    public bool IsExpired(long now) => now >= ExpiresAt;

    public bool LivesFor(TimeSpan lifetime, long now) => ExpiresAt - now >= lifetime.TotalMilliseconds;

    /// <summary>Never prints the keys.</summary>
    public override string ToString() => $"{AssumedRoleArn}, expires {Expiration:O}";
}
