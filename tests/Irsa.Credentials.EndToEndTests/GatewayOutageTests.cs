using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Irsa.Credentials.SampleTests;

namespace Irsa.Credentials.EndToEndTests;

/// <summary>It has a gateway of its own, because it stops it.</summary>
public sealed class GatewayOutageTests(CephGateway gateway, PublishedSamples samples) : SampleOnCephTest(gateway, samples), IClassFixture<CephGateway>
{
    /// <summary>A session of 15 minutes, which is the shortest there is, refreshed after 90 s: about three minutes in all.</summary>
    [Fact]
    public async Task A_refresh_goes_unnoticed_under_traffic_and_a_gateway_that_is_gone_is_the_only_thing_that_fails()
    {
        var pods = new List<Pod>();
        try
        {
            foreach (var form in new[] { PublishedSamples.Portable, PublishedSamples.Native })
            {
                var (process, sample) = await StartAsync(form, static variables =>
                {
                    variables["Irsa__SessionDuration"] = "00:15:00";
                    variables["Irsa__RefreshAtFraction"] = "0.1";
                });
                pods.Add(new Pod(form, process, sample, new Traffic(sample, form, callers: 2), await WhoAmIAsync(sample)));
            }

            await Task.WhenAll(pods.Select(pod => UntilAsync(pod, seen => Refreshed(pod, seen))));
            await Task.WhenAll(pods.Select(static pod => pod.Traffic.MoreAsync(20)));
            Assert.All(pods, static pod => Assert.Empty(pod.Traffic.Failures));

            await Gateway.StopAsync();
            await Task.WhenAll(pods.Select(pod => UntilAsync(pod, static seen => seen.FailuresInARow > 0)));
            Assert.All(pods, static pod => Assert.All(pod.Traffic.Failures, static failure => Assert.True(failure.Status == 503 && failure.Said.Contains("S3 does not answer", StringComparison.Ordinal), $"{failure}")));
            Assert.All(await ReadyAsync(pods), static ready => Assert.Equal((200, "Degraded"), ready));

            await Gateway.StartAgainAsync();
            await Task.WhenAll(pods.Select(pod => UntilAsync(pod, static seen => seen.FailuresInARow == 0)));
            Assert.All(await ReadyAsync(pods), static ready => Assert.Equal((200, "Healthy"), ready));
            pods.ForEach(static pod => pod.Traffic.Forget());
            await Task.WhenAll(pods.Select(static pod => pod.Traffic.MoreAsync(20)));
            Assert.All(pods, static pod => Assert.Empty(pod.Traffic.Failures));
            pods.ForEach(static pod => TestContext.Current.TestOutputHelper!.WriteLine($"{pod.Form}: {pod.Traffic.Rounds} objects put and read back"));
        }
        finally
        {
            foreach (var pod in pods)
            {
                await pod.Traffic.DisposeAsync();
                pod.Sample.Dispose();
                await pod.Process.DisposeAsync();
            }
        }
    }

    private static bool Refreshed(Pod pod, WhoAmI seen) => seen.LastRefresh > pod.AtStart.LastRefresh;

    private static async Task<List<(int Status, string? State)>> ReadyAsync(IEnumerable<Pod> pods)
    {
        var seen = new List<(int, string?)>();
        foreach (var pod in pods)
        {
            using var answer = await pod.Sample.GetAsync("/health/ready", Cancel);
            seen.Add(((int)answer.StatusCode, (await answer.Content.ReadFromJsonAsync<JsonObject>(Cancel))!["status"]!.GetValue<string>()));
        }

        return seen;
    }

    private async Task UntilAsync(Pod pod, Func<WhoAmI, bool> isReached)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        patience.CancelAfter(TimeSpan.FromMinutes(9));
        using var tick = new PeriodicTimer(TimeSpan.FromSeconds(1));
        while (!isReached(await WhoAmIAsync(pod.Sample)))
        {
            Gateway.Cluster.Tokens.Rotate();
            await tick.WaitForNextTickAsync(patience.Token);
        }
    }

    private sealed record Pod(string Form, SampleProcess Process, HttpClient Sample, Traffic Traffic, WhoAmI AtStart);
}
