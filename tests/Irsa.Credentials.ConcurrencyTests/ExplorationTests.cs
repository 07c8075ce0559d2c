using System.Diagnostics;
using System.Globalization;

namespace Irsa.Credentials.ConcurrencyTests;

/// <summary>
/// The real cache under thousands of chosen interleavings. IRSA_SCHEDULES sets how many, IRSA_SCHEDULE_SEED the first seed, a random one without it; a
/// violation prints its seed, and that seed with one schedule replays it.
/// </summary>
public sealed class ExplorationTests
{
    private const int SchedulesByDefault = 20_000;

    [Fact]
    public void The_cache_keeps_its_promises_in_every_explored_schedule()
    {
        var count = Setting("IRSA_SCHEDULES", SchedulesByDefault);
        var first = Setting("IRSA_SCHEDULE_SEED", Random.Shared.Next(1, 1_000_000_000));
        var started = Stopwatch.GetTimestamp();
        long steps = 0, exchanges = 0;
        for (var seed = first; seed < first + count; seed++)
        {
            var schedule = new Schedule(seed);
            if (schedule.Run() is { } violation)
            {
                Assert.Fail($"Schedule {seed - first + 1}: {violation}\nReplay with IRSA_SCHEDULE_SEED={seed} IRSA_SCHEDULES=1\n{schedule.Trace}");
            }

            steps += schedule.Steps;
            exchanges += schedule.Exchanges;
        }

        TestContext.Current.SendDiagnosticMessage(string.Create(
            CultureInfo.InvariantCulture,
            $"{count} schedules from seed {first}: {steps} steps, {exchanges} exchanges, 0 violations, {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s"));
    }

    [Fact]
    public void The_same_seed_gives_the_same_schedule()
    {
        var (left, right) = (Replay(4711), Replay(4711));

        Assert.Equal(left, right);
        Assert.NotEmpty(left);

        static string Replay(int seed)
        {
            var schedule = new Schedule(seed);
            Assert.Null(schedule.Run());
            return schedule.Trace;
        }
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : otherwise;
}
