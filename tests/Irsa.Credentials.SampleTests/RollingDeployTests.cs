using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Irsa.Credentials.Testing;

namespace Irsa.Credentials.SampleTests;

/// <summary>Twenty pods started together: each asks STS once, and their refreshes do not march in step.</summary>
public sealed class RollingDeployTests : IAsyncLifetime
{
    private const int Pods = 20;

    private readonly ConcurrentBag<(SampleProcess Process, HttpClient Http)> _pods = [];
    private LocalAws _aws = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _aws = await LocalAws.StartAsync(static options => options.Buckets.Add("bucket"), Cancel);

    public async ValueTask DisposeAsync()
    {
        foreach (var (process, http) in _pods)
        {
            http.Dispose();
            await process.DisposeAsync();
        }

        await _aws.DisposeAsync();
    }

    [Fact]
    public async Task Twenty_pods_make_a_call_each_and_plan_their_refreshes_apart()
    {
        await StartAllAsync();

        // With an hour of life and the defaults the first refresh comes at any time up to the 33rd minute: a few may be due already.
        var plans = await Task.WhenAll(_pods.Select(static pod => PlanAsync(pod.Http)));
        Write($"{_aws.Sts.Calls.Count} calls to STS; planned minutes from exchange to first refresh: {Text(plans)}");
        Assert.InRange(_aws.Sts.Calls.Count, Pods, Pods + 5);
        Assert.Equal(Pods, _aws.Sts.Calls.DistinctBy(static call => call.RoleSessionName).Count());
        Assert.All(plans, static plan => Assert.InRange(plan, 0, 33.1));
        AssertNotInStep(plans, window: 2.7);
        await EndAllAsync();
    }

    /// <summary>Of refreshes in step all twenty would come in the window; of those drawn from one nine or ten times as long, about two.</summary>
    private static void AssertNotInStep(double[] times, double window) =>
        Assert.All(times, first => Assert.InRange(times.Count(other => other >= first && other < first + window), 1, 12));

    private static async Task<double> PlanAsync(HttpClient http)
    {
        using var identity = JsonDocument.Parse(await http.GetStringAsync("/whoami", Cancel));
        return (Time("nextRefresh") - Time("lastRefresh")).TotalMinutes;

        DateTimeOffset Time(string name) => identity.RootElement.GetProperty(name).GetDateTimeOffset();
    }

    private static string Text(IEnumerable<double> times) => string.Join(' ', times.Order().Select(static time => time.ToString("0.0", CultureInfo.InvariantCulture)));

    private static void Write(string line) => TestContext.Current.TestOutputHelper!.WriteLine(line);

    private Task StartAllAsync() => Task.WhenAll(Enumerable.Range(0, Pods).Select(StartAsync));

    private async Task StartAsync(int number)
    {
        var (process, http) = await SampleProcess.StartAsync(new Dictionary<string, string>(SampleProcess.VariablesOf(_aws))
        {
            ["AWS_ROLE_SESSION_NAME"] = string.Create(CultureInfo.InvariantCulture, $"orders-{number:00}"),

            // Twenty starts on a busy machine take longer than the 5 seconds after which an attempt is repeated.
            ["Irsa__AttemptTimeout"] = "00:01:00",
            ["Irsa__ExchangeTimeout"] = "00:02:00",
        });
        _pods.Add((process, http));
        using var ready = await http.GetAsync("/health/ready", Cancel);
        ready.EnsureSuccessStatusCode();
    }

    private async Task EndAllAsync()
    {
        foreach (var (process, _) in _pods)
        {
            Assert.Equal(0, await process.TerminateAsync());
        }
    }
}
