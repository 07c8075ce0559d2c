using Irsa.Credentials.Failures;

namespace Irsa.Credentials.Refresh;

/// <summary>The failures since the last success: the newest one, how many, and what they delay. Immutable.</summary>
/// <param name="Newest">The failure that callers are given while nothing can be served.</param>
/// <param name="Count">Failures in a row.</param>
/// <param name="SharedUntil">Monotonic time until which callers get <paramref name="Newest"/> without another exchange.</param>
/// <param name="SharedUntilUtc">The same, for people.</param>
/// <param name="RetryAtUtc">When the next exchange starts in the background, for people.</param>
/// <param name="LeftNothing">Whether no credentials were usable after a failure of the streak.</param>
/// <param name="LeftNothingBefore">Whether an earlier one did, so that this is no news.</param>
/// <param name="InputVersion">What the exchange read, null where that is unknown; another value ends the delay early.</param>
internal sealed record FailureStreak(
    Failure Newest,
    int Count,
    long SharedUntil,
    DateTimeOffset SharedUntilUtc,
    DateTimeOffset RetryAtUtc,
    bool LeftNothing,
    bool LeftNothingBefore,
    object? InputVersion)
{
    /// <summary>
    /// The earliest time of the next exchange: in the background while credentials are usable, else for the first caller after the pause.
    /// </summary>
    public DateTimeOffset NextRetry(bool isServing) => isServing ? RetryAtUtc : SharedUntilUtc;
}
