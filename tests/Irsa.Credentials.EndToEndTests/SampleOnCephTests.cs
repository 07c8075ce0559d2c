using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Irsa.Credentials.EndToEndTests;

public sealed class SampleOnCephTests(CephGateway gateway, PublishedSamples samples) : SampleOnCephTest(gateway, samples)
{
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
        Assert.SkipWhen(Gateway.Absence is not null, Gateway.Absence ?? string.Empty);
        var file = Path.Combine(Directory.CreateTempSubdirectory("token-").FullName, "token");
        await File.WriteAllTextAsync(file, Gateway.SpoiledToken(wrong), Cancel);

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
}
