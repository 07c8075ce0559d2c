using Amazon.Runtime;

namespace Irsa.Credentials.Refresh;

/// <summary>The result of one successful exchange: the keys, the session they belong to, and their lifetime.</summary>
internal sealed record ExchangeResult
{
    public required ImmutableCredentials Keys { get; init; }

    /// <summary>Gets the ARN of the assumed role's session, as STS names it; null where nobody has named it.</summary>
    public required string? AssumedRoleArn { get; init; }

    /// <summary>Gets the expiration as STS wrote it.</summary>
    public required DateTimeOffset Expiration { get; init; }

    /// <summary>Gets the life that was left when the request was sent, by STS's own clock.</summary>
    public required TimeSpan Lifetime { get; init; }

    /// <summary>Gets the monotonic time at which the request was sent: what <see cref="Lifetime"/> counts from.</summary>
    public required long SentAt { get; init; }

    /// <summary>Never prints the keys: records print every member by default.</summary>
    public override string ToString() => $"{AssumedRoleArn}, expires {Expiration:O}";
}
