namespace Irsa.Credentials.Refresh;

/// <summary>Decides when the next exchange is due. No clock, no I/O, no lock; chance comes in as a number in [0, 1).</summary>
internal sealed class RefreshSchedule
{
    /// <summary>How much an interval between two refreshes varies: a tenth of its shortest.</summary>
    private const double Spread = 0.1;

    // The average interval in units of the shortest one.
    private const double Mean = 1 + (Spread / 2);

    private static readonly TimeSpan LastMinutes = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan LastMinutesStep = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(300);

    // With one more attempt of 5 s that an outage's end may find hanging, a pod is ready 30 s after it.
    private static readonly TimeSpan LongestRetryWithoutCredentials = TimeSpan.FromSeconds(25);
    private static readonly TimeSpan LongestSharedFailure = TimeSpan.FromSeconds(10);

    private readonly double _fraction;
    private readonly Func<double> _random;

    public RefreshSchedule(double refreshAtFraction, Func<double> random)
    {
        _fraction = refreshAtFraction;
        _random = random;
    }

    /// <summary>
    /// How long the first credentials of a process are used: the time that is left of an interval which somebody looks into at a random
    /// moment. So the pods of one roll-out refresh at the same rate in every later minute, as if they had run for ever.
    /// </summary>
    /// <remarks>
    /// The residual life of a renewal process whose intervals are uniform in [f, 1.1 f]: uniform up to f, then falling in a parabola.
    /// </remarks>
    public TimeSpan FirstRefreshAfter(TimeSpan lifetime)
    {
        var random = _random();
        var share = random * Mean;
        if (share > 1)
        {
            share = 1 + Spread - (Spread * Math.Sqrt((1 - random) * Mean / (Mean - 1)));
        }

        return lifetime * (_fraction * share);
    }

    /// <summary>
    /// How long later credentials are used: the fraction of their life and up to a tenth of it more, counted from the time that was planned
    /// for this refresh. A refresh that came late (or early, for a caller) keeps its place in the timetable: planned time plus whole
    /// intervals. So an outage does not make a fleet refresh at the same time ever after.
    /// </summary>
    /// <param name="lifetime">The life of the new credentials.</param>
    /// <param name="late">How long after the planned time the exchange was made; negative when it was made before.</param>
    public TimeSpan RefreshAfter(TimeSpan lifetime, TimeSpan late)
    {
        var interval = (lifetime * (_fraction * (1 + (Spread * _random())))).Ticks;
        if (interval <= 0)
        {
            return TimeSpan.Zero;
        }

        var sincePlace = late.Ticks % interval;
        return TimeSpan.FromTicks(interval - (sincePlace < 0 ? sincePlace + interval : sincePlace));
    }

    /// <summary>
    /// How long after a failed exchange the next one starts in the background: 5 s (30 s for a permanent cause), doubling to 300 s, each drawn
    /// from [half, whole]; in the last two minutes before the margin, and in it, at most 15 s; with nothing usable at most 25 s.
    /// </summary>
    /// <param name="failuresInARow">1 after the first failure.</param>
    /// <param name="isPermanent">Whether waiting alone cannot help.</param>
    /// <param name="untilMargin">The time until the margin of the current credentials, zero or less within it; null with nothing usable.</param>
    public TimeSpan RetryAfter(int failuresInARow, bool isPermanent, TimeSpan? untilMargin)
    {
        var longest = untilMargin is null ? LongestRetryWithoutCredentials : LongestRetry;
        var whole = Doubled(TimeSpan.FromSeconds(isPermanent ? 30 : 5), failuresInARow, longest);
        var delay = whole * (0.5 + (0.5 * _random()));
        if (untilMargin is not { } left)
        {
            return delay;
        }

        var untilLastMinutes = left - LastMinutes;
        return Min(delay, untilLastMinutes > LastMinutesStep ? untilLastMinutes : LastMinutesStep);
    }

    /// <summary>
    /// How long a failure that left nothing usable is given to every caller without another exchange: 1 s, doubling to 10 s; 1 to 5 s at
    /// random for a permanent cause.
    /// </summary>
    public TimeSpan ShareFailureFor(int failuresInARow, bool isPermanent) => isPermanent
        ? TimeSpan.FromSeconds(1 + (4 * _random()))
        : Doubled(TimeSpan.FromSeconds(1), failuresInARow, LongestSharedFailure);

    private static TimeSpan Doubled(TimeSpan first, int failuresInARow, TimeSpan longest) =>
        Min(first * Math.Pow(2, Math.Min(failuresInARow, 30) - 1), longest);

    private static TimeSpan Min(TimeSpan left, TimeSpan right) => left < right ? left : right;
}
