using Irsa.Credentials.Failures;

namespace Irsa.Credentials.Refresh;

/// <summary>The failures since the last success: the newest one, how many, and what they delay. Immutable.</summary>
/// <param name="Newest">The failure that callers are given while nothing can be served.</param>
/// <param name="Count">Failures in a row.</param>
/// <param name="SharedUntil">Monotonic time until which callers get <paramref name="Newest"/> without asking STS.</param>
/// <param name="SharedUntilUtc">The same, for people.</param>
/// <param name="RetryAtUtc">When the next attempt behind the callers begins, for people.</param>
/// <param name="LeftNothing">Whether a failure of the streak left nothing to serve.</param>
/// <param name="LeftNothingBefore">Whether an earlier one did, so that this is no news.</param>
/// <param name="InputVersion">What the exchange read; another value ends the delay early.</param>
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
    /// The earliest time at which STS is asked again: behind the callers while there is something to serve them; else for the first of
    /// them who comes after the pause.
    /// </summary>
    public DateTimeOffset NextRetry(bool isServing) => isServing ? RetryAtUtc : SharedUntilUtc;
}
