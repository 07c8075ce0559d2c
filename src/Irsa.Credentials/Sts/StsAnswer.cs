using Amazon.SecurityToken.Model;

namespace Irsa.Credentials.Sts;

/// <summary>What STS answered, with the times that tell how long the credentials live.</summary>
internal sealed class StsAnswer
{
    /// <summary>Gets a value indicating whether the SDK could not read a value: it reads a time and two numbers.</summary>
    public bool IsMalformed { get; init; }

    public required Amazon.SecurityToken.Model.Credentials? Keys { get; init; }

    public required AssumedRoleUser? AssumedRole { get; init; }

    /// <summary>Gets the answer's <c>Date</c>; null where there was none.</summary>
    public required DateTimeOffset? ServerTime { get; init; }

    /// <summary>Gets the local UTC when the request was sent.</summary>
    public required DateTimeOffset LocalTime { get; init; }

    /// <summary>Gets the monotonic time when the request was sent.</summary>
    public required long SentAt { get; init; }

    /// <summary>Gets the duration asked for; null for STS's default.</summary>
    public required TimeSpan? Requested { get; init; }

    /// <summary>Gets the version of what was read for the call.</summary>
    public required object? InputVersion { get; init; }
}
