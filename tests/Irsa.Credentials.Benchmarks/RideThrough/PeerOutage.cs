using Irsa.Credentials.Benchmarks.Fleet;

namespace Irsa.Credentials.Benchmarks.RideThrough;

/// <summary>One outage for one pod by the rules of another SDK.</summary>
internal static class PeerOutage
{
    /// <summary>How long requests fail: from the end of the usable credentials to the first new ones.</summary>
    public static TimeSpan Gap(int seed, PeerRules rules, TimeSpan outage)
    {
        var random = new Random(seed);
        var pod = new PeerPod(startAt: 0, rules, random);
        var downFrom = (long)((rules.Lifetime * 2) + (rules.MeanInterval * random.NextDouble())).TotalMilliseconds;
        var downUntil = downFrom + (long)outage.TotalMilliseconds;
        var gap = 0L;
        while (true)
        {
            var (now, usableUntil) = (pod.NextCallAt, pod.UsableUntil);
            var isDown = now >= downFrom && now < downUntil;
            pod.Answer(now, !isDown);
            gap = usableUntil > long.MinValue ? Math.Max(gap, now - usableUntil) : 0;
            if (now >= downUntil)
            {
                return TimeSpan.FromMilliseconds(gap);
            }
        }
    }
}
