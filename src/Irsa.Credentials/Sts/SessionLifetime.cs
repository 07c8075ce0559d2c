using Irsa.Credentials.Tokens;

namespace Irsa.Credentials.Sts;

/// <summary>Calculates how long new credentials live. Pure: all times come in.</summary>
/// <remarks>
/// There are three witnesses, and any of them may be wrong: STS's <c>Date</c>, the local clock, and the duration that was asked for, which AWS
/// always grants. Two that agree are right; two wrong ones that agree by chance cannot be told from them. A clock that shows a longer
/// life than was asked for is wrong, because no server grants more. What is left then are sessions shorter than asked for, as other servers
/// grant them: the clocks alone decide, and the shorter life is believed. A life that has ended already is only believed of the
/// <c>Date</c>, or where there is nothing else: a local clock that is ahead makes it of every short session.
/// </remarks>
internal static class SessionLifetime
{
    /// <param name="expiration">As STS wrote it.</param>
    /// <param name="serverTime">The answer's <c>Date</c>; null where there was none.</param>
    /// <param name="localTime">The local UTC when the request was sent.</param>
    /// <param name="requested">The duration asked for, or STS's default.</param>
    /// <returns>At most <paramref name="requested"/>; zero or less for credentials that have expired already.</returns>
    public static TimeSpan Calculate(DateTimeOffset expiration, DateTimeOffset? serverTime, DateTimeOffset localTime, TimeSpan requested)
    {
        var byLocalClock = expiration - localTime;
        var byServer = serverTime is { } date ? expiration - date : byLocalClock;
        if (Agree(byServer, requested))
        {
            return Shorter(byServer, requested);
        }

        if (Agree(byLocalClock, requested))
        {
            return Shorter(byLocalClock, requested);
        }

        return (byServer > requested, byLocalClock > requested) switch
        {
            (true, true) => requested,
            (true, false) => byLocalClock,
            (false, true) => byServer,
            (false, false) when byLocalClock > TimeSpan.Zero && byServer > TimeSpan.Zero => Shorter(byServer, byLocalClock),
            (false, false) => byServer,
        };
    }

    private static bool Agree(TimeSpan one, TimeSpan other) => !ClockSkew.IsSignificant(one - other);

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
