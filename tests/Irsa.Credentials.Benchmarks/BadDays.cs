using System.Diagnostics;
using System.Globalization;
using Amazon;
using Irsa.Credentials.Testing;

namespace Irsa.Credentials.Benchmarks;

/// <summary>The stock provider and ours on the same bad days, over real HTTP.</summary>
internal static class BadDays
{
    private static int _unobserved;

    public static async Task RunAsync(bool isFull)
    {
        TaskScheduler.UnobservedTaskException += static (_, _) => Interlocked.Increment(ref _unobserved);
        Console.WriteLine("| What | Stock | Irsa.Credentials |");
        Console.WriteLine("|---|---|---|");
        await RowAsync("50 callers, nothing cached, STS refuses after 200 ms", c => StampedeAsync(c, 50));
        await RowAsync("1,000 callers, the same", c => c.IsStock && !isFull ? Task.FromResult("(only with --full)") : StampedeAsync(c, 1000));
        await RowAsync("3 s of traffic while the refresh fails", RefreshFailsAsync);
        await RowAsync("STS never answers, nothing cached", c => c.IsStock && !isFull ? Task.FromResult("(only with --full)") : NeverAnswersAsync(c));
        await RowAsync("STS never answers, credentials valid", NeverAnswersWhileValidAsync);
        await RowAsync("Caller gives up after 200 ms, STS takes 3 s", GivesUpAsync);
        await RowAsync("Unreadable token: caller's thread held", UnreadableAsync);
        await RowAsync("Expiry during a background refresh", ExpiryDuringRefreshAsync);
        await RowAsync("Permanent refusal (no OIDC provider)", PermanentAsync);
        await RowAsync("20 requests for 2 h of a 1 h session", UnattainableAsync);
        await RowAsync("Local clock two hours ahead, 5 requests", WrongClockAsync);
        await RowAsync("Token file ends with a newline", NewlineAsync);
    }

    private static async Task RowAsync(string what, Func<Contender, Task<string>> run)
    {
        var results = new List<string>();
        foreach (var isStock in new[] { true, false })
        {
            await using var contender = await Contender.StartAsync(isStock);
            results.Add(await run(contender));
        }

        Console.WriteLine($"| {what} | {results[0]} | {results[1]} |");
    }

    /// <summary>The bar is one attempt and a tenth of it more, so one caller's own is measured beside, both after a first that warms the process up.</summary>
    private static async Task<string> StampedeAsync(Contender contender, int callers)
    {
        await using var first = await Contender.StartAsync(contender.IsStock);
        await RefusedAsync(first, 1);
        await using var single = await Contender.StartAsync(contender.IsStock);
        var alone = await RefusedAsync(single, 1);
        var together = await RefusedAsync(contender, callers);
        return Invariant($"{contender.Aws.Sts.Calls.Count} STS calls, last caller after {together.TotalMilliseconds:0} ms; one alone {alone.TotalMilliseconds:0} ms");
    }

    private static async Task<TimeSpan> RefusedAsync(Contender contender, int callers)
    {
        contender.Aws.Sts.RemoveRole(contender.Aws.RoleArn);
        contender.Aws.Sts.Faults.Always(Fault.Slow(TimeSpan.FromMilliseconds(200)));
        contender.Prepare();
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(() => contender.TryGetAsync())));
        return Stopwatch.GetElapsedTime(started);
    }

    private static async Task<string> RefreshFailsAsync(Contender contender)
    {
        // Four minutes lie within the stock provider's window from the start; ours is brought to its refresh by its clock.
        contender.Aws.Sts.Faults.Next(Fault.ShortSession(TimeSpan.FromMinutes(4)));
        await contender.TryGetAsync();
        contender.Aws.Sts.Faults.Always(Fault.ServerError());
        var before = contender.Aws.Sts.Calls.Count;
        Interlocked.Exchange(ref _unobserved, 0);
        contender.Time.Advance(TimeSpan.FromSeconds(135));
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(3))
        {
            await contender.TryGetAsync();
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
            contender.Time.Advance(TimeSpan.FromMilliseconds(5));
        }

        GC.Collect();
        GC.WaitForPendingFinalizers();
        return Invariant($"{contender.Aws.Sts.Calls.Count - before} STS calls, {_unobserved} unobserved exceptions");
    }

    private static async Task<string> NeverAnswersAsync(Contender contender)
    {
        contender.Aws.Sts.Faults.Always(Fault.Hang());
        var started = Stopwatch.GetTimestamp();
        await contender.TryGetAsync(realTime: true);
        return Invariant($"fails after {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s");
    }

    private static async Task<string> NeverAnswersWhileValidAsync(Contender contender)
    {
        contender.Aws.Sts.Faults.Next(Fault.ShortSession(TimeSpan.FromMinutes(4)));
        await contender.TryGetAsync();
        contender.Aws.Sts.Faults.Always(Fault.Hang());
        contender.Time.Advance(TimeSpan.FromSeconds(135));
        var started = Stopwatch.GetTimestamp();
        await contender.TryGetAsync();
        return Invariant($"served after {Stopwatch.GetElapsedTime(started).TotalMilliseconds:0} ms");
    }

    private static async Task<string> GivesUpAsync(Contender contender)
    {
        contender.Aws.Sts.Faults.Always(Fault.Slow(TimeSpan.FromSeconds(3)));
        using var impatient = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        var started = Stopwatch.GetTimestamp();
        await contender.TryGetAsync(cancellationToken: impatient.Token);
        return Invariant($"back after {Stopwatch.GetElapsedTime(started).TotalMilliseconds:0} ms");
    }

    private static async Task<string> UnreadableAsync(Contender contender)
    {
        contender.Aws.Tokens.Remove();
        var started = Stopwatch.GetTimestamp();
        var task = contender.TryGetAsync(realTime: true);
        var held = Stopwatch.GetElapsedTime(started);
        await task;
        return Invariant($"{held.TotalMilliseconds:0} ms");
    }

    private static async Task<string> ExpiryDuringRefreshAsync(Contender contender)
    {
        contender.Aws.Sts.Faults.Next(Fault.ShortSession(TimeSpan.FromSeconds(63)));
        await contender.TryGetAsync();
        contender.Aws.Sts.Faults.Always(Fault.Slow(TimeSpan.FromSeconds(4)));
        contender.Time.Advance(TimeSpan.FromSeconds(2));
        await contender.TryGetAsync();
        await Task.Delay(TimeSpan.FromSeconds(3.3), TimeProvider.System);
        contender.Time.Advance(TimeSpan.FromSeconds(3.3));
        await Task.WhenAll(contender.TryGetAsync(), contender.TryGetAsync());
        return Invariant($"{contender.Aws.Sts.Calls.Count - 1} STS calls");
    }

    private static async Task<string> PermanentAsync(Contender contender)
    {
        contender.Aws.Sts.RemoveProvider(contender.Aws.Issuer.Url.OriginalString);
        await contender.TryGetAsync();
        return Invariant($"{contender.Aws.Sts.Calls.Count} STS calls");
    }

    private static async Task<string> UnattainableAsync(Contender contender)
    {
        for (var i = 0; i < 20; i++)
        {
            await contender.TryGetLongAsync(TimeSpan.FromHours(2));
        }

        return Invariant($"{contender.Aws.Sts.Calls.Count} STS calls");
    }

    private static async Task<string> WrongClockAsync(Contender contender)
    {
        contender.Time.Advance(TimeSpan.FromHours(2));
        AWSConfigs.ManualClockCorrection = contender.IsStock ? TimeSpan.FromHours(2) : null;
        var served = 0;
        for (var i = 0; i < 5; i++)
        {
            served += await contender.TryGetAsync() ? 1 : 0;
        }

        AWSConfigs.ManualClockCorrection = null;
        return Invariant($"{served} served, {contender.Aws.Sts.Calls.Count} STS calls");
    }

    private static async Task<string> NewlineAsync(Contender contender)
    {
        contender.Aws.Tokens.Write(contender.Aws.Issuer.IssueToken() + "\n");
        return await contender.TryGetAsync() ? "served" : "fails";
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
