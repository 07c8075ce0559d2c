using System.Diagnostics;
using Amazon.Runtime;
using Irsa.Credentials.Benchmarks.Measuring;
using Irsa.Credentials.Refresh;
using Irsa.Credentials.Testing;

namespace Irsa.Credentials.Benchmarks.Requests;

/// <summary>What a read of cached credentials costs: the public methods and the read that a signed request makes, beside the SDK's provider.</summary>
internal static class HotPathCommand
{
    private const int ReadsInABatch = 10_000;

    // Sessions of 150 s that are replaced at a tenth of their life: a refresh begins within 17 s, and hangs.
    private static readonly TimeSpan ShortSession = TimeSpan.FromSeconds(150);

    public static async Task RunAsync(bool isShort)
    {
        await MeasureCostAsync(rounds: isShort ? 5 : 25, batches: isShort ? 30 : 100);
        Console.WriteLine();
        await MeasureDuringRefreshAsync(reads: isShort ? 200_000 : 3_000_000);
    }

    private static async Task MeasureCostAsync(int rounds, int batches)
    {
        await using var aws = await LocalAws.StartAsync();
        await using var ours = Create(aws);
        using var stock = StockProvider.Create(aws);
        await ours.GetCredentialsAsync();
        await stock.GetCredentialsAsync();
        var reads = Reads(ours, stock).SelectMany(static read => new[] { (read.Name, read.Batch, Threads: 1), (read.Name, read.Batch, Threads: 2) }).ToList();
        foreach (var (_, batch, _) in reads)
        {
            WarmUp(batch);
        }

        var costs = reads.ConvertAll(static _ => new Samples());
        var bytes = new long[reads.Count];
        var contentions = new long[reads.Count];
        for (var round = 0; round < rounds; round++)
        {
            for (var i = 0; i < reads.Count; i++)
            {
                var contentionsBefore = Monitor.LockContentionCount;
                var cpuBefore = CpuTime.Microseconds;
                bytes[i] += RunOnThreads(reads[i].Batch, reads[i].Threads, batches);
                costs[i].Add((CpuTime.Microseconds - cpuBefore) * 1000 / ((double)reads[i].Threads * batches * ReadsInABatch));
                contentions[i] += Monitor.LockContentionCount - contentionsBefore;
            }
        }

        var table = new MarkdownTable("Read", "Threads", "CPU time a read, ns", "quartiles", "times the floor", "bytes a read", "lock contentions in all");
        for (var i = 0; i < reads.Count; i++)
        {
            var (low, high) = costs[i].Quartiles;
            var total = (double)rounds * reads[i].Threads * batches * ReadsInABatch;
            table.Add(
                $"{reads[i].Name}", $"{reads[i].Threads}", $"{costs[i].Median:0.0}", $"{low:0.0} to {high:0.0}", $"{costs[i].MedianRatioTo(costs[reads[i].Threads - 1]):0.0}",
                $"{bytes[i] / total:0}", $"{contentions[i]}");
        }
    }

    /// <summary>One read is timed at a time, so a reading of the stopwatch is in each, and the floor shows it.</summary>
    private static async Task MeasureDuringRefreshAsync(int reads)
    {
        var table = new MarkdownTable("Read while a refresh hangs", "p50, ns", "p99, ns", "p99.9, ns", "longest, us");
        foreach (var isStock in new[] { true, false })
        {
            await using var aws = await LocalAws.StartAsync();
            aws.Sts.Faults.Next(Fault.ShortSession(ShortSession));
            using var stock = StockProvider.Create(aws);
            await using var ours = Create(aws, static options => options.RefreshAtFraction = 0.1);
            AWSCredentials credentials = isStock ? stock : ours;
            await credentials.GetCredentialsAsync();
            aws.Sts.Faults.Always(Fault.Hang());
            while (aws.Sts.Calls.Count < 2)
            {
                await credentials.GetCredentialsAsync();
                await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
            }

            foreach (var (name, _, read) in Reads(ours, stock).Where(read => read.Name == Floor.Name || read.Name.StartsWith("Stock", StringComparison.Ordinal) == isStock))
            {
                if (!isStock && name == Floor.Name)
                {
                    continue;
                }

                var times = Time(read, reads);
                table.Add($"{name}", $"{times[reads / 2]:0}", $"{times[reads / 100 * 99]:0}", $"{times[reads / 1000 * 999]:0}", $"{times[^1] / 1000:0}");
            }
        }
    }

    private static double[] Time(Func<object> read, int reads)
    {
        var times = new double[reads];
        for (var warmUp = 0; warmUp < 2; warmUp++)
        {
            for (var i = 0; i < reads; i++)
            {
                var started = Stopwatch.GetTimestamp();
                read();
                times[i] = (Stopwatch.GetTimestamp() - started) * 1e9 / Stopwatch.Frequency;
            }
        }

        Array.Sort(times);
        return times;
    }

    private static WebIdentityTokenCredentials Create(LocalAws aws, Action<IrsaOptions>? configure = null)
    {
        var options = new IrsaOptions();
        aws.Configure(options);
        configure?.Invoke(options);
        return new WebIdentityTokenCredentials(options);
    }

    private static List<(string Name, Action Batch, Func<object> One)> Reads(WebIdentityTokenCredentials ours, AssumeRoleWithWebIdentityCredentials stock) =>
    [
        Read(Floor.Name, new Floor(new Floor.Cache(ours.Cache.Current ?? new object()))),
        Read("Stock, GetCredentialsAsync", new ReadAsync(stock)),
        Read("Stock, GetCredentials", new ReadSync(stock)),
        Read("Irsa.Credentials, GetCredentialsAsync", new ReadAsync(ours)),
        Read("Irsa.Credentials, GetCredentials", new ReadSync(ours)),
        Read("Irsa.Credentials, asynchronous signed request", new ReadSnapshotAsync(ours.Cache)),
        Read("Irsa.Credentials, synchronous signed request", new ReadSnapshot(ours.Cache)),
    ];

    /// <summary>A structure as the type parameter makes a loop of its own for each kind of read, without a call through a delegate.</summary>
    private static (string Name, Action Batch, Func<object> One) Read<TRead>(string name, TRead read)
        where TRead : struct, IRead
    {
        return (name, Batch, () => read.Execute());

        void Batch()
        {
            for (var i = 0; i < ReadsInABatch; i++)
            {
                read.Execute();
            }
        }
    }

    /// <summary>Runs each loop often enough for the compiler's last tier, which is made in the background.</summary>
    private static void WarmUp(Action batch)
    {
        for (var pass = 0; pass < 5; pass++)
        {
            for (var i = 0; i < 40; i++)
            {
                batch();
            }

            Thread.Yield();
        }
    }

    /// <returns>The bytes that the threads allocated.</returns>
    private static long RunOnThreads(Action batch, int count, int batches)
    {
        var allocated = 0L;
        using var ready = new Barrier(count);
        var threads = Enumerable.Range(0, count).Select(_ => new Thread(() =>
        {
            ready.SignalAndWait();
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < batches; i++)
            {
                batch();
            }

            Interlocked.Add(ref allocated, GC.GetAllocatedBytesForCurrentThread() - before);
        })).ToList();
        threads.ForEach(static thread => thread.Start());
        threads.ForEach(static thread => thread.Join());
        return allocated;
    }

    private interface IRead
    {
        object Execute();
    }

    /// <summary>The least that a cache with an expiration can do: a volatile read and a clock.</summary>
    private readonly struct Floor(Floor.Cache cache) : IRead
    {
        public const string Name = "Floor: a volatile read and the clock";

        public object Execute()
        {
            var state = cache.State;
            return Environment.TickCount64 < state.Until ? state.Value : this;
        }

        internal sealed class Cache
        {
            private volatile Entry _state = null!;

            public Cache(object value) => Replace(value);

            public Entry State => _state;

            private void Replace(object value) => _state = new Entry(value);
        }

        internal sealed class Entry(object value)
        {
            public object Value { get; } = value;

            public long Until { get; } = long.MaxValue;
        }
    }

    private readonly struct ReadAsync(AWSCredentials credentials) : IRead
    {
        public object Execute() => credentials.GetCredentialsAsync();
    }

    private readonly struct ReadSync(AWSCredentials credentials) : IRead
    {
        public object Execute() => credentials.GetCredentials();
    }

    private readonly struct ReadSnapshotAsync(CredentialCache cache) : IRead
    {
        public object Execute()
        {
            var read = cache.GetSnapshotAsync(TimeSpan.Zero, CancellationToken.None);
            return read.IsCompletedSuccessfully ? read.Result : throw new InvalidOperationException("A cached read had to wait.");
        }
    }

    private readonly struct ReadSnapshot(CredentialCache cache) : IRead
    {
        public object Execute() => cache.GetSnapshot(TimeSpan.Zero);
    }
}
