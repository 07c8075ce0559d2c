namespace Irsa.Credentials.Sts;

/// <summary>Judges how long new credentials live. Pure: all times come in.</summary>
internal static class SessionLifetime
{
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(60);

    /// <summary>
    /// The life by STS's own clock, whatever the local one says. STS never grants more than was asked for, so where the <c>Date</c> header
    /// contradicts that (a proxy wrote it) and the local clock does not, the local clock is believed; and never is more than
    /// <paramref name="requested"/> believed.
    /// </summary>
    /// <param name="expiration">As STS wrote it.</param>
    /// <param name="serverTime">The answer's <c>Date</c>; null where there was none.</param>
    /// <param name="localTime">The local UTC when the request was sent.</param>
    /// <param name="requested">The duration asked for, or STS's default of 1 hour.</param>
    /// <returns>Zero or less for an answer that has expired already.</returns>
    public static TimeSpan Judge(DateTimeOffset expiration, DateTimeOffset? serverTime, DateTimeOffset localTime, TimeSpan requested)
    {
        var byLocalClock = expiration - localTime;
        var byServer = serverTime is { } date ? expiration - date : byLocalClock;
        var believed = IsPlausible(byServer, requested) || !IsPlausible(byLocalClock, requested) ? byServer : byLocalClock;
        return believed < requested ? believed : requested;
    }

    private static bool IsPlausible(TimeSpan lifetime, TimeSpan requested) => lifetime > TimeSpan.Zero && lifetime <= requested + Slack;
}
