using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Irsa.Credentials.SampleTests;

namespace Irsa.Credentials.EndToEndTests;

public sealed class SampleOnCephTests(CephGateway gateway, PublishedSamples samples)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(PublishedSamples.Portable)]
    [InlineData(PublishedSamples.Native)]
    public async Task Objects_go_and_come_back(string form)
    {
        var (process, sample) = await StartAsync(form);
        await using var ends = process;
        using var closes = sample;

        using var stored = await sample.PutAsync("/objects/folder/a%20b.txt", new StringContent("hello"), Cancel);
        stored.EnsureSuccessStatusCode();
        Assert.Equal("hello", await sample.GetStringAsync("/objects/folder/a%20b.txt", Cancel));
        var page = await sample.GetFromJsonAsync<JsonObject>("/objects?prefix=folder/", Cancel);
        Assert.Equal("folder/a b.txt", Assert.Single(page!["objects"]!.AsArray())!["key"]!.GetValue<string>());
        Assert.Equal(CephGateway.RoleArn, (await WhoAmIAsync(sample)).Role);

        using var link = await sample.PostAsync("/links/folder/a%20b.txt?minutes=5", null, Cancel);
        using var stranger = new HttpClient();
        Assert.Equal("hello", await stranger.GetStringAsync((await link.Content.ReadFromJsonAsync<JsonObject>(Cancel))!["url"]!.GetValue<string>(), Cancel));

        (await sample.DeleteAsync("/objects/folder/a%20b.txt", Cancel)).EnsureSuccessStatusCode();
        Assert.Equal(404, (int)(await sample.GetAsync("/objects/folder/a%20b.txt", Cancel)).StatusCode);
        Assert.Equal(0, await process.TerminateAsync());
    }

    [Theory]
    [InlineData(PublishedSamples.Portable)]
    [InlineData(PublishedSamples.Native)]
    public async Task A_hundred_megabytes_come_back_identical(string form)
    {
        var (process, sample) = await StartAsync(form);
        await using var ends = process;
        using var closes = sample;
        var content = new byte[100_000_000];
        new Random(42).NextBytes(content);

        (await sample.PutAsync($"/objects/large-{form}", new ByteArrayContent(content), Cancel)).EnsureSuccessStatusCode();
        await using var back = await sample.GetStreamAsync($"/objects/large-{form}", Cancel);

        Assert.Equal(SHA256.HashData(content), await SHA256.HashDataAsync(back, Cancel));
        (await sample.DeleteAsync($"/objects/large-{form}", Cancel)).EnsureSuccessStatusCode();
    }

    [Theory]
    [InlineData(PublishedSamples.Portable, "audience", "IRSA301")]
    [InlineData(PublishedSamples.Portable, "subject", "IRSA301")]
    [InlineData(PublishedSamples.Portable, "signature", "IRSA301")]
    [InlineData(PublishedSamples.Portable, "expiry", "IRSA206")]
    [InlineData(PublishedSamples.Native, "audience", "IRSA301")]
    [InlineData(PublishedSamples.Native, "subject", "IRSA301")]
    [InlineData(PublishedSamples.Native, "signature", "IRSA301")]
    [InlineData(PublishedSamples.Native, "expiry", "IRSA206")]
    public async Task A_token_that_is_refused_is_explained_in_the_answer_and_in_the_health(string form, string wrong, string id)
    {
        Assert.SkipWhen(gateway.Absence is not null, gateway.Absence ?? string.Empty);
        var file = Path.Combine(Directory.CreateTempSubdirectory("token-").FullName, "token");
        await File.WriteAllTextAsync(file, gateway.SpoiledToken(wrong), Cancel);

        var (process, sample) = await StartAsync(form, variables =>
        {
            variables["AWS_WEB_IDENTITY_TOKEN_FILE"] = file;
            variables["Irsa__WarmUpAtStart"] = "BestEffort";
            variables["Irsa__ExchangeTimeout"] = "00:01:00";
        });
        await using var ends = process;
        using var closes = sample;

        using var answer = await sample.GetAsync("/objects", Cancel);
        var problem = (await answer.Content.ReadFromJsonAsync<JsonObject>(Cancel))!;
        Assert.Equal((503, id), ((int)answer.StatusCode, problem["errorId"]!.GetValue<string>()));
        Assert.NotEmpty(problem["remedy"]!.GetValue<string>());
        using var ready = await sample.GetAsync("/health/ready", Cancel);
        Assert.Equal(503, (int)ready.StatusCode);
        Assert.Contains(id, await ready.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

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

            await gateway.StopAsync();
            await Task.WhenAll(pods.Select(pod => UntilAsync(pod, static seen => seen.FailuresInARow > 0)));
            Assert.All(pods, static pod => Assert.All(pod.Traffic.Failures, static failure => Assert.True(failure.Status == 503 && failure.Said.Contains("S3 does not answer", StringComparison.Ordinal), $"{failure}")));
            Assert.All(await ReadyAsync(pods), static ready => Assert.Equal((200, "Degraded"), ready));

            await gateway.StartAgainAsync();
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
            gateway.Cluster.Tokens.Rotate();
            await tick.WaitForNextTickAsync(patience.Token);
        }
    }

    private static async Task<WhoAmI> WhoAmIAsync(HttpClient sample) => (await sample.GetFromJsonAsync<WhoAmI>("/whoami", JsonSerializerOptions.Web, Cancel))!;

    private async Task<(SampleProcess Process, HttpClient Client)> StartAsync(string form, Action<Dictionary<string, string>>? change = null)
    {
        Assert.SkipWhen(gateway.Absence is not null, gateway.Absence ?? string.Empty);
        var variables = gateway.Variables;
        variables["ASPNETCORE_ENVIRONMENT"] = "Production";
        change?.Invoke(variables);
        return await SampleProcess.StartAsync(variables, await samples.ProgramAsync(form));
    }

    private sealed record Pod(string Form, SampleProcess Process, HttpClient Sample, Traffic Traffic, WhoAmI AtStart);

    private sealed record WhoAmI(string Role, DateTimeOffset? LastRefresh, int FailuresInARow);
}
