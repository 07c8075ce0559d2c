using System.Diagnostics;
using System.Globalization;
using Amazon;
using Irsa.Credentials.Benchmarks.Measuring;
using Irsa.Credentials.Testing;

namespace Irsa.Credentials.Benchmarks.BadDays;

/// <summary>The SDK's provider and this library's on the same bad days, over real HTTP.</summary>
internal static class BadDaysCommand
{
    private static int _unobserved;

    public static async Task RunAsync(bool isFull)
    {
        TaskScheduler.UnobservedTaskException += static (_, _) => Interlocked.Increment(ref _unobserved);
        var table = new MarkdownTable("What", "Stock", "Irsa.Credentials");
        await RowAsync(table, "50 callers, nothing cached, STS refuses after 200 ms", c => StampedeAsync(c, 50));
        await RowAsync(table, "1,000 callers, the same", c => c.IsStock && !isFull ? Task.FromResult("(only with --full)") : StampedeAsync(c, 1000));
        await RowAsync(table, "3 s of traffic while the refresh fails", RefreshFailsAsync);
        await RowAsync(table, "STS never answers, nothing cached", c => c.IsStock && !isFull ? Task.FromResult("(only with --full)") : NeverAnswersAsync(c));
        await RowAsync(table, "STS never answers, credentials valid", NeverAnswersWhileValidAsync);
        await RowAsync(table, "Caller gives up after 200 ms, STS takes 3 s", GivesUpAsync);
        await RowAsync(table, "Unreadable token: caller's thread held", UnreadableAsync);
        await RowAsync(table, "Expiry during a background refresh", ExpiryDuringRefreshAsync);
        await RowAsync(table, "Permanent refusal (no OIDC provider)", PermanentAsync);
        await RowAsync(table, "20 requests for 2 h of a 1 h session", UnattainableAsync);
        await RowAsync(table, "Local clock two hours ahead, 5 requests", WrongClockAsync);
        await RowAsync(table, "Token file ends with a newline", NewlineAsync);
    }

    private static async Task RowAsync(MarkdownTable table, string what, Func<ProviderOnLocalAws, Task<string>> run)
    {
        var results = new List<string>();
        foreach (var isStock in new[] { true, false })
        {
            await using var provider = await ProviderOnLocalAws.StartAsync(isStock);
            results.Add(await run(provider));
        }

        table.Add($"{what}", $"{results[0]}", $"{results[1]}");
    }

    /// <summary>One caller alone is measured for comparison; a first one warms the process up before.</summary>
    private static async Task<string> StampedeAsync(ProviderOnLocalAws provider, int callers)
    {
        await using var first = await ProviderOnLocalAws.StartAsync(provider.IsStock);
        await RefusedAsync(first, 1);
        await using var single = await ProviderOnLocalAws.StartAsync(provider.IsStock);
        var alone = await RefusedAsync(single, 1);
        var together = await RefusedAsync(provider, callers);
        return Invariant($"{provider.Aws.Sts.Calls.Count} STS calls, last caller after {together.TotalMilliseconds:0} ms; one alone {alone.TotalMilliseconds:0} ms");
    }

    private static async Task<TimeSpan> RefusedAsync(ProviderOnLocalAws provider, int callers)
    {
        provider.Aws.Sts.RemoveRole(provider.Aws.RoleArn);
        provider.Aws.Sts.Faults.Always(Fault.Slow(TimeSpan.FromMilliseconds(200)));
        provider.Prepare();
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(() => provider.TryGetAsync())));
        return Stopwatch.GetElapsedTime(started);
    }

    private static async Task<string> RefreshFailsAsync(ProviderOnLocalAws provider)
    {
        // Four minutes lie within the stock provider's window from the start; ours is brought to its refresh by its clock.
        provider.Aws.Sts.Faults.Next(Fault.ShortSession(TimeSpan.FromMinutes(4)));
        await provider.TryGetAsync();
        provider.Aws.Sts.Faults.Always(Fault.ServerError());
        var before = provider.Aws.Sts.Calls.Count;
        Interlocked.Exchange(ref _unobserved, 0);
        provider.Time.Advance(TimeSpan.FromSeconds(135));
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(3))
        {
            await provider.TryGetAsync();
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
            provider.Time.Advance(TimeSpan.FromMilliseconds(5));
        }

        GC.Collect();
        GC.WaitForPendingFinalizers();
        return Invariant($"{provider.Aws.Sts.Calls.Count - before} STS calls, {_unobserved} unobserved exceptions");
    }

    private static async Task<string> NeverAnswersAsync(ProviderOnLocalAws provider)
    {
        provider.Aws.Sts.Faults.Always(Fault.Hang());
        var started = Stopwatch.GetTimestamp();
        await provider.TryGetAsync(realTime: true);
        return Invariant($"fails after {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s");
    }

    private static async Task<string> NeverAnswersWhileValidAsync(ProviderOnLocalAws provider)
    {
        provider.Aws.Sts.Faults.Next(Fault.ShortSession(TimeSpan.FromMinutes(4)));
        await provider.TryGetAsync();
        provider.Aws.Sts.Faults.Always(Fault.Hang());
        provider.Time.Advance(TimeSpan.FromSeconds(135));
        var started = Stopwatch.GetTimestamp();
        await provider.TryGetAsync();
        return Invariant($"served after {Stopwatch.GetElapsedTime(started).TotalMilliseconds:0} ms");
    }

    private static async Task<string> GivesUpAsync(ProviderOnLocalAws provider)
    {
        provider.Aws.Sts.Faults.Always(Fault.Slow(TimeSpan.FromSeconds(3)));
        using var impatient = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        var started = Stopwatch.GetTimestamp();
        await provider.TryGetAsync(cancellationToken: impatient.Token);
        return Invariant($"back after {Stopwatch.GetElapsedTime(started).TotalMilliseconds:0} ms");
    }

    private static async Task<string> UnreadableAsync(ProviderOnLocalAws provider)
    {
        provider.Aws.Tokens.Remove();
        var started = Stopwatch.GetTimestamp();
        var task = provider.TryGetAsync(realTime: true);
        var held = Stopwatch.GetElapsedTime(started);
        await task;
        return Invariant($"{held.TotalMilliseconds:0} ms");
    }

    private static async Task<string> ExpiryDuringRefreshAsync(ProviderOnLocalAws provider)
    {
        provider.Aws.Sts.Faults.Next(Fault.ShortSession(TimeSpan.FromSeconds(63)));
        await provider.TryGetAsync();
        provider.Aws.Sts.Faults.Always(Fault.Slow(TimeSpan.FromSeconds(4)));

        // The stock provider refreshes from the start and uses 3 of the 63 seconds; this library refreshes after half of them and uses all.
        provider.Time.Advance(TimeSpan.FromSeconds(40));
        await provider.TryGetAsync();
        await Task.Delay(TimeSpan.FromSeconds(3.3), TimeProvider.System);
        provider.Time.Advance(TimeSpan.FromSeconds(25));
        await Task.WhenAll(provider.TryGetAsync(), provider.TryGetAsync());
        return Invariant($"{provider.Aws.Sts.Calls.Count - 1} STS calls");
    }

    private static async Task<string> PermanentAsync(ProviderOnLocalAws provider)
    {
        provider.Aws.Sts.RemoveProvider(provider.Aws.Issuer.Url.OriginalString);
        await provider.TryGetAsync();
        return Invariant($"{provider.Aws.Sts.Calls.Count} STS calls");
    }

    private static async Task<string> UnattainableAsync(ProviderOnLocalAws provider)
    {
        for (var i = 0; i < 20; i++)
        {
            await provider.TryGetLongAsync(TimeSpan.FromHours(2));
        }

        return Invariant($"{provider.Aws.Sts.Calls.Count} STS calls");
    }

    private static async Task<string> WrongClockAsync(ProviderOnLocalAws provider)
    {
        provider.Time.Advance(TimeSpan.FromHours(2));
        AWSConfigs.ManualClockCorrection = provider.IsStock ? TimeSpan.FromHours(2) : null;
        var served = 0;
        for (var i = 0; i < 5; i++)
        {
            served += await provider.TryGetAsync() ? 1 : 0;
        }

        AWSConfigs.ManualClockCorrection = null;
        return Invariant($"{served} served, {provider.Aws.Sts.Calls.Count} STS calls");
    }

    private static async Task<string> NewlineAsync(ProviderOnLocalAws provider)
    {
        provider.Aws.Tokens.Write(provider.Aws.Issuer.IssueToken() + "\n");
        return await provider.TryGetAsync() ? "served" : "fails";
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
