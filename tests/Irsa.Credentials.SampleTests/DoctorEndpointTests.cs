using System.Net;
using System.Text.Json;

namespace Irsa.Credentials.SampleTests;

public sealed class DoctorEndpointTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("true", HttpStatusCode.OK)]
    [InlineData("false", HttpStatusCode.NotFound)]
    public async Task It_is_there_only_in_Development_and_only_where_it_is_asked_for(string doctor, HttpStatusCode expected)
    {
        var (sample, http) = await SampleProcess.StartAsync(new Dictionary<string, string>
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            ["AWS_EC2_METADATA_DISABLED"] = "true",
            ["Doctor"] = doctor,
        });
        await using var ending = sample;
        using var client = http;

        using var answer = await http.GetAsync("/irsa", Cancel);

        Assert.Equal(expected, answer.StatusCode);
        if (expected == HttpStatusCode.OK)
        {
            using var report = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancel));
            Assert.Equal("pass", report.RootElement.GetProperty("checks")[7].GetProperty("verdict").GetString());
        }
    }
}
