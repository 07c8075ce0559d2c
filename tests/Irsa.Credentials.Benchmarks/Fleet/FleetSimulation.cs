namespace Irsa.Credentials.Benchmarks.Fleet;

/// <summary>Runs a fleet against one STS, call by call in the order of time. A network takes no time here.</summary>
internal static class FleetSimulation
{
    // Calls of one tick are in no particular order.
    private const int Tick = 100;

    public static FleetResult Run(FleetPolicy policy, FleetScenario scenario, int seed = 1)
    {
        var random = new Random(seed);
        var sts = new SimulatedSts(
            scenario.Duration, ((long)scenario.OutageAt.TotalMilliseconds, (long)(scenario.OutageAt + scenario.Outage).TotalMilliseconds), scenario.CallsPerSecond);
        var pods = new Pod[scenario.Pods];
        var wheel = new Wheel((int)(scenario.Duration.TotalMilliseconds / Tick), pods.Length);
        for (var i = 0; i < pods.Length; i++)
        {
            pods[i] = policy.Create((long)(random.NextDouble() * scenario.StartWithin.TotalMilliseconds), random);
            wheel.Add(i, pods[i].NextCallAt / Tick);
        }

        var withoutSince = pods.Select(static pod => pod.NextCallAt).ToArray();
        var (wasWithout, timeWithout, lastRecovery) = (new bool[pods.Length], 0L, 0L);
        for (var tick = 0; tick < wheel.Ticks; tick++)
        {
            for (var i = wheel.Take(tick); i >= 0; i = wheel.Take(tick))
            {
                var now = Math.Max((long)tick * Tick, pods[i].NextCallAt);
                pods[i].Answer(now, sts.Answer(now));
                if (pods[i].UsableUntil > now)
                {
                    if (now > withoutSince[i])
                    {
                        (wasWithout[i], lastRecovery) = (true, now);
                        timeWithout += now - withoutSince[i];
                    }

                    withoutSince[i] = pods[i].UsableUntil;
                }

                wheel.Add(i, Math.Max(tick, pods[i].NextCallAt / Tick));
            }
        }

        return new FleetResult(sts.CallsInWindows, wasWithout.Count(static was => was), TimeSpan.FromMilliseconds(timeWithout), TimeSpan.FromMilliseconds(lastRecovery));
    }

    /// <summary>The pods by the tick of their next call; each is in one list. Millions of calls are then a few array accesses each.</summary>
    private sealed class Wheel
    {
        private readonly int[] _first;
        private readonly int[] _next;

        public Wheel(int ticks, int pods)
        {
            _first = new int[ticks];
            Array.Fill(_first, -1);
            _next = new int[pods];
        }

        public int Ticks => _first.Length;

        public void Add(int pod, long tick)
        {
            if (tick < _first.Length)
            {
                _next[pod] = _first[tick];
                _first[tick] = pod;
            }
        }

        /// <returns>Negative where no pod is left.</returns>
        public int Take(int tick)
        {
            var pod = _first[tick];
            if (pod >= 0)
            {
                _first[tick] = _next[pod];
            }

            return pod;
        }
    }
}
