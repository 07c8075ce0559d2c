using System.Globalization;
using Irsa.Credentials.Benchmarks.Measuring;
using Irsa.Credentials.Refresh;

namespace Irsa.Credentials.Benchmarks;

/// <summary>Many callers, many rotations, random faults; every single answer is checked.</summary>
internal static class SoakCommand
{
    private const int Callers = 8;
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(60);

    // Minutes pass while an exchange is under way.
    private static readonly TimeSpan LongestExchange = TimeSpan.FromDays(1);

    public static async Task<int> RunAsync(long calls, int rotations)
    {
        var random = new Random(1);
        var time = new ManualTimeProvider();
        var lifetime = TimeSpan.FromHours(1);
        using var sts = new SimulatedStsExchange(time, lifetime, () => random.NextDouble() < 0.3);
        await using var cache = new CredentialCache("role", sts, new RefreshSchedule(0.5, Random.Shared.NextDouble), Margin, LongestExchange, new SilentObserver(), time);
        long served = 0, refused = 0, expired = 0, mixed = 0;
        var seen = 0;
        var memoryAtStart = GC.GetTotalMemory(forceFullCollection: true);
        using var done = new CancellationTokenSource();
        var clock = Task.Run(async () =>
        {
            while (!done.IsCancellationRequested)
            {
                // Half a refresh interval at a time; a rotation needs a few, as some attempts fail.
                time.Advance(TimeSpan.FromMinutes(random.Next(1, 10)));
                await Task.Yield();
            }
        });
        var callers = Enumerable.Range(0, Callers).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Read(ref served) < calls || Volatile.Read(ref seen) < rotations)
            {
                try
                {
                    var before = cache.Clock.Milliseconds;
                    var keys = await cache.GetAsync(CancellationToken.None);
                    var number = int.Parse(keys.AccessKey.AsSpan(3), CultureInfo.InvariantCulture);
                    InterlockedMax(ref seen, number);
                    Interlocked.Increment(ref served);
                    var at = keys.Token.IndexOf('@', StringComparison.Ordinal);
                    if (!keys.Token.AsSpan(5, at - 5).SequenceEqual(keys.AccessKey.AsSpan(3)) || !keys.SecretKey.AsSpan(6).SequenceEqual(keys.AccessKey.AsSpan(3)))
                    {
                        Interlocked.Increment(ref mixed);
                    }

                    // By the time before the call: the clock may have moved on while it ran.
                    if (long.Parse(keys.Token.AsSpan(at + 1), CultureInfo.InvariantCulture) <= before)
                    {
                        Interlocked.Increment(ref expired);
                    }
                }
                catch (IrsaException)
                {
                    Interlocked.Increment(ref refused);
                }
            }
        })).ToList();
        await Task.WhenAll(callers);
        await done.CancelAsync();
        await clock;
        var grown = GC.GetTotalMemory(forceFullCollection: true) - memoryAtStart;
        var table = new MarkdownTable("Calls served", "Rotations", "Answered with a failure", "Expired", "Mixed", "Heap grew by");
        table.Add($"{served:#,0}", $"{seen:#,0}", $"{refused:#,0}", $"{expired}", $"{mixed}", $"{grown / 1024} KiB");
        return expired == 0 && mixed == 0 ? 0 : 1;
    }

    private static void InterlockedMax(ref int target, int value)
    {
        for (var current = Volatile.Read(ref target); value > current; current = Volatile.Read(ref target))
        {
            if (Interlocked.CompareExchange(ref target, value, current) == current)
            {
                return;
            }
        }
    }

    private sealed class SilentObserver : IRefreshObserver
    {
        public void Succeeded(CredentialSnapshot snapshot, TimeSpan took, FailureStreak? ended, bool isFirst)
        {
        }

        public void Failed(FailureStreak streak, TimeSpan took, CredentialSnapshot? stillServed)
        {
        }
    }
}
