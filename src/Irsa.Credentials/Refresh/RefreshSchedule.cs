namespace Irsa.Credentials.Refresh;

/// <summary>Decides when the next exchange is due. No clock, no I/O, no lock; chance comes in as a number in [0, 1).</summary>
internal sealed class RefreshSchedule
{
    private static readonly TimeSpan LastMinutes = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan LastMinutesStep = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(300);
    private static readonly TimeSpan LongestSharedFailure = TimeSpan.FromSeconds(10);

    private readonly double _fraction;
    private readonly Func<double> _random;

    public RefreshSchedule(double refreshAtFraction, Func<double> random)
    {
        _fraction = refreshAtFraction;
        _random = random;
    }

    /// <summary>
    /// How long new credentials are used before they are replaced: the fraction of their life and up to a tenth of it more. The first of
    /// a process draws from [1/5, 11/10] of the fraction, so that the pods of one roll-out do not march in step for ever.
    /// </summary>
    public TimeSpan RefreshAfter(TimeSpan lifetime, bool isFirst)
    {
        var share = isFirst ? 0.2 + (0.9 * _random()) : 1 + (0.1 * _random());
        return lifetime * (_fraction * share);
    }

    /// <summary>
    /// How long after a failed refresh the next one is tried behind the callers: 5 s (30 s for a permanent cause), doubling to 300 s, each
    /// drawn from [half, whole]; in the last two minutes of the credentials at most 15 s.
    /// </summary>
    /// <param name="failuresInARow">1 after the first failure.</param>
    /// <param name="isPermanent">Whether waiting alone cannot help.</param>
    /// <param name="usableFor">How long the present credentials can still be served; zero or less when there are none.</param>
    public TimeSpan RetryAfter(int failuresInARow, bool isPermanent, TimeSpan usableFor)
    {
        var whole = Doubled(TimeSpan.FromSeconds(isPermanent ? 30 : 5), failuresInARow, LongestRetry);
        var delay = whole * (0.5 + (0.5 * _random()));
        if (usableFor <= TimeSpan.Zero)
        {
            return delay;
        }

        var untilLastMinutes = usableFor - LastMinutes;
        return Min(delay, untilLastMinutes > LastMinutesStep ? untilLastMinutes : LastMinutesStep);
    }

    /// <summary>
    /// How long a failure that left nothing to serve is given to every caller without asking STS again: 1 s, doubling to 10 s; 1 to 5 s at
    /// random for a permanent cause.
    /// </summary>
    public TimeSpan ShareFailureFor(int failuresInARow, bool isPermanent) => isPermanent
        ? TimeSpan.FromSeconds(1 + (4 * _random()))
        : Doubled(TimeSpan.FromSeconds(1), failuresInARow, LongestSharedFailure);

    private static TimeSpan Doubled(TimeSpan first, int failuresInARow, TimeSpan longest) =>
        Min(first * Math.Pow(2, Math.Min(failuresInARow, 30) - 1), longest);

    private static TimeSpan Min(TimeSpan left, TimeSpan right) => left < right ? left : right;
}
