using Irsa.Credentials.Failures;

namespace Irsa.Credentials.Refresh;

/// <summary>The failures since the last success: the newest one, how many, and what they delay. Immutable.</summary>
/// <param name="Newest">The failure that callers are given while nothing can be served.</param>
/// <param name="Count">Failures in a row.</param>
/// <param name="SharedUntil">Monotonic time until which callers get <paramref name="Newest"/> without asking STS.</param>
/// <param name="RetryAt">Monotonic time of the next attempt behind the callers.</param>
/// <param name="SharedUntilUtc">The same as <paramref name="SharedUntil"/>, for people.</param>
/// <param name="RetryAtUtc">The same as <paramref name="RetryAt"/>, for people.</param>
/// <param name="LeftNothingBefore">Whether an earlier failure of the streak left nothing to serve, so that this is no news.</param>
/// <param name="InputStamp">What the exchange read; another value ends the delay early.</param>
internal sealed record FailureStreak(
    Failure Newest,
    int Count,
    long SharedUntil,
    long RetryAt,
    DateTimeOffset SharedUntilUtc,
    DateTimeOffset RetryAtUtc,
    bool LeftNothingBefore,
    object? InputStamp);
