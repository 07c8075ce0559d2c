using System.Net;
using System.Text.Json;

namespace Irsa.Credentials.SampleTests;

/// <summary>A bad day at home: the STS of LocalAws is made to fail.</summary>
public sealed class StsSimulationTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task STS_can_be_made_to_refuse_and_to_answer_again()
    {
        var (process, http) = await SampleProcess.StartAsync(new Dictionary<string, string> { ["ASPNETCORE_ENVIRONMENT"] = "Development" });
        await using var ends = process;
        using var closes = http;
        Assert.Equal("normal", (await WhoAmIAsync(http)).GetProperty("simulatedSts").GetString());
        Assert.Equal(HttpStatusCode.BadRequest, (await http.PostAsync("/local-aws/sts/explode", null, Cancel)).StatusCode);

        Assert.Equal(HttpStatusCode.NoContent, (await http.PostAsync("/local-aws/sts/refuse", null, Cancel)).StatusCode);

        // The session of a minute comes at once, or after the library's 30 seconds between forced exchanges.
        var seen = await WhoAmIAsync(http);
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        while (seen.GetProperty("state").GetString() == "Valid")
        {
            await tick.WaitForNextTickAsync(Cancel);
            seen = await WhoAmIAsync(http);
        }

        Assert.Equal(("refuse", "RefreshFailing", "Degraded", "IRSA301"), (
            seen.GetProperty("simulatedSts").GetString(), seen.GetProperty("state").GetString(), seen.GetProperty("health").GetString(), seen.GetProperty("errorId").GetString()));
        Assert.Equal(HttpStatusCode.NoContent, (await http.PostAsync("/local-aws/sts/normal", null, Cancel)).StatusCode);
        while (seen.GetProperty("state").GetString() != "Valid")
        {
            await tick.WaitForNextTickAsync(Cancel);
            seen = await WhoAmIAsync(http);
            await http.GetAsync("/objects", Cancel);
        }
    }

    [Fact]
    public async Task It_is_not_there_where_a_role_is_injected()
    {
        await using var aws = await Testing.LocalAws.StartAsync(static options => options.Buckets.Add("bucket"), Cancel);
        var (process, http) = await SampleProcess.StartAsync(new Dictionary<string, string>(SampleProcess.VariablesOf(aws)) { ["ASPNETCORE_ENVIRONMENT"] = "Development" });
        await using var ends = process;
        using var closes = http;

        Assert.Equal(JsonValueKind.Null, (await WhoAmIAsync(http)).GetProperty("simulatedSts").ValueKind);
        Assert.Equal(HttpStatusCode.NotFound, (await http.PostAsync("/local-aws/sts/refuse", null, Cancel)).StatusCode);
    }

    private static async Task<JsonElement> WhoAmIAsync(HttpClient http) => JsonDocument.Parse(await http.GetStringAsync("/whoami", Cancel)).RootElement;
}
