using System.Diagnostics;
using System.Globalization;
using Amazon;
using Irsa.Credentials.Benchmarks.Measuring;
using Irsa.Credentials.Testing;

namespace Irsa.Credentials.Benchmarks.BadDays;

/// <summary>The SDK's provider and this library's on the same bad days, over real HTTP.</summary>
internal static class BadDaysCommand
{
    private static readonly Task<string> OnlyWithFull = Task.FromResult("(only with --full)");

    private static int _unobserved;

    public static async Task RunAsync(bool isFull)
    {
        TaskScheduler.UnobservedTaskException += static (_, _) => Interlocked.Increment(ref _unobserved);
        await RunAsync(
            new MarkdownTable("What", "Stock", "Irsa.Credentials"),
            [MeasuredProvider.StockWebIdentity, MeasuredProvider.TokenFile],
            [
                ("50 callers, nothing cached, STS refuses after 200 ms", c => StampedeAsync(c, 50)),
                ("1,000 callers, the same", c => c.IsStock && !isFull ? OnlyWithFull : StampedeAsync(c, 1000)),
                ("3 s of traffic while the refresh fails", RefreshFailsAsync),
                ("STS never answers, nothing cached", c => c.IsStock && !isFull ? OnlyWithFull : NeverAnswersAsync(c)),
                ("STS never answers, credentials valid", NeverAnswersWhileValidAsync),
                ("Caller gives up after 200 ms, STS takes 3 s", GivesUpAsync),
                ("Unreadable token: caller's thread held", UnreadableAsync),
                ("Expiry during a background refresh", ExpiryDuringRefreshAsync),
                ("Permanent refusal (no OIDC provider)", PermanentAsync),
                ("20 requests for 2 h of a 1 h session", UnattainableAsync),
                ("Local clock two hours ahead, 5 requests", WrongClockAsync),
                ("Token file ends with a newline", NewlineAsync),
            ]);

        // The same days where a session comes from a token of the application's own code, or from the agent of EKS Pod Identity.
        Console.WriteLine();
        await RunAsync(
            new MarkdownTable("What", "`TokenSource`", "Pod Identity", "Pod Identity, stock"),
            [MeasuredProvider.TokenSource, MeasuredProvider.PodIdentity, MeasuredProvider.StockPodIdentity],
            [
                ("50 callers, nothing cached, refused after 200 ms", c => c.IsStock && !isFull ? OnlyWithFull : StampedeAsync(c, 50)),
                ("1,000 callers, the same", c => c.IsStock ? Task.FromResult("(not measured)") : StampedeAsync(c, 1000)),
                ("3 s of traffic while the refresh fails", RefreshFailsAsync),
                ("No answer, nothing cached", c => c.IsStock && !isFull ? OnlyWithFull : NeverAnswersAsync(c)),
                ("No answer, credentials valid", NeverAnswersWhileValidAsync),
                ("Caller gives up after 200 ms, the answer takes 3 s", GivesUpAsync),
                ("No token: caller's thread held", UnreadableAsync),
                ("Permanent refusal", RefusalAsync),
                ("20 requests for 2 h of a 1 h session", UnattainableAsync),
                ("Local clock two hours ahead, 5 requests", WrongClockAsync),
            ]);
    }

    private static async Task RunAsync(MarkdownTable table, MeasuredProvider[] providers, (string What, Func<ProviderOnLocalAws, Task<string>> RunAsync)[] rows)
    {
        foreach (var (what, runAsync) in rows)
        {
            var results = new List<FormattableString> { $"{what}" };
            foreach (var kind in providers)
            {
                await using var provider = await ProviderOnLocalAws.StartAsync(kind);
                var result = await runAsync(provider);
                results.Add($"{result}");
            }

            table.Add([.. results]);
        }
    }

    /// <summary>One caller alone is measured for comparison; a first one warms the process up before.</summary>
    private static async Task<string> StampedeAsync(ProviderOnLocalAws provider, int callers)
    {
        await using var first = await provider.StartAnotherAsync();
        await RefusedAsync(first, 1);
        await using var single = await provider.StartAnotherAsync();
        var alone = await RefusedAsync(single, 1);
        var together = await RefusedAsync(provider, callers);
        return Invariant($"{provider.CallsInWords}, last caller after {together.TotalMilliseconds:0} ms; one alone {alone.TotalMilliseconds:0} ms");
    }

    private static async Task<TimeSpan> RefusedAsync(ProviderOnLocalAws provider, int callers)
    {
        provider.Refuse();
        provider.Faults.Always(Fault.Slow(TimeSpan.FromMilliseconds(200)));
        provider.Prepare();
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(() => provider.TryGetAsync())));
        return Stopwatch.GetElapsedTime(started);
    }

    private static async Task<string> RefreshFailsAsync(ProviderOnLocalAws provider)
    {
        // Four minutes lie within the stock provider's window from the start; ours is brought to its refresh by its clock.
        provider.ShortenNextSession(TimeSpan.FromMinutes(4));
        await provider.TryGetAsync();
        provider.Faults.Always(Fault.ServerError());
        provider.ForgetCalls();

        // What earlier rows have left behind is not counted here.
        FinalizeTasks();
        Interlocked.Exchange(ref _unobserved, 0);
        provider.Time.Advance(TimeSpan.FromSeconds(135));
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(3))
        {
            await provider.TryGetAsync();
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
            provider.Time.Advance(TimeSpan.FromMilliseconds(5));
        }

        FinalizeTasks();
        return Invariant($"{provider.CallsInWords}, {_unobserved} unobserved exceptions");
    }

    /// <summary>A task whose exception nobody has looked at tells so when it is finalized.</summary>
    private static void FinalizeTasks()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }

    private static async Task<string> NeverAnswersAsync(ProviderOnLocalAws provider)
    {
        provider.Faults.Always(Fault.Hang());
        var started = Stopwatch.GetTimestamp();
        await provider.TryGetAsync(realTime: true);
        return Invariant($"fails after {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s");
    }

    private static async Task<string> NeverAnswersWhileValidAsync(ProviderOnLocalAws provider)
    {
        provider.ShortenNextSession(TimeSpan.FromMinutes(4));
        await provider.TryGetAsync();
        provider.Faults.Always(Fault.Hang());
        provider.Time.Advance(TimeSpan.FromSeconds(135));
        var started = Stopwatch.GetTimestamp();
        await provider.TryGetAsync();
        return Invariant($"served after {Stopwatch.GetElapsedTime(started).TotalMilliseconds:0} ms");
    }

    private static async Task<string> GivesUpAsync(ProviderOnLocalAws provider)
    {
        provider.Faults.Always(Fault.Slow(TimeSpan.FromSeconds(3)));
        using var impatient = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        var started = Stopwatch.GetTimestamp();
        await provider.TryGetAsync(cancellationToken: impatient.Token);
        return Invariant($"back after {Stopwatch.GetElapsedTime(started).TotalMilliseconds:0} ms");
    }

    private static async Task<string> UnreadableAsync(ProviderOnLocalAws provider)
    {
        provider.RemoveToken();
        var started = Stopwatch.GetTimestamp();
        var task = provider.TryGetAsync(realTime: true);
        var held = Stopwatch.GetElapsedTime(started);
        await task;
        return Invariant($"{held.TotalMilliseconds:0} ms");
    }

    private static async Task<string> ExpiryDuringRefreshAsync(ProviderOnLocalAws provider)
    {
        provider.ShortenNextSession(TimeSpan.FromSeconds(63));
        await provider.TryGetAsync();
        provider.ForgetCalls();
        provider.Faults.Always(Fault.Slow(TimeSpan.FromSeconds(4)));

        // The stock provider refreshes from the start and uses 3 of the 63 seconds; this library refreshes after half of them and uses all.
        provider.Time.Advance(TimeSpan.FromSeconds(40));
        await provider.TryGetAsync();
        await Task.Delay(TimeSpan.FromSeconds(3.3), TimeProvider.System);
        provider.Time.Advance(TimeSpan.FromSeconds(25));
        await Task.WhenAll(provider.TryGetAsync(), provider.TryGetAsync());
        return provider.CallsInWords;
    }

    private static async Task<string> PermanentAsync(ProviderOnLocalAws provider)
    {
        provider.Aws.Sts.RemoveProvider(provider.Aws.Issuer.Url.OriginalString);
        await provider.TryGetAsync();
        return provider.CallsInWords;
    }

    private static async Task<string> RefusalAsync(ProviderOnLocalAws provider)
    {
        provider.Refuse();
        await provider.TryGetAsync();
        return provider.CallsInWords;
    }

    private static async Task<string> UnattainableAsync(ProviderOnLocalAws provider)
    {
        for (var i = 0; i < 20; i++)
        {
            await provider.TryGetLongAsync(TimeSpan.FromHours(2));
        }

        return provider.CallsInWords;
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
        return Invariant($"{served} served, {provider.CallsInWords}");
    }

    private static async Task<string> NewlineAsync(ProviderOnLocalAws provider)
    {
        provider.Aws.Tokens.Write(provider.Aws.Issuer.IssueToken() + "\n");
        return await provider.TryGetAsync() ? "served" : "fails";
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
