using System.Net;
using System.Net.Http.Json;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text.Json;

namespace Irsa.Credentials.SampleTests;

/// <summary>What a page of another site may do with this service through somebody's browser.</summary>
public sealed class OtherSiteTests(RunningSample sample) : IClassFixture<RunningSample>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("localhost:8080", HttpStatusCode.OK)]
    [InlineData("127.0.0.1:8080", HttpStatusCode.OK)]
    [InlineData("s3-microservice.samples.svc.cluster.local", HttpStatusCode.OK)]
    [InlineData("evil.example", HttpStatusCode.BadRequest)]
    [InlineData("evil.example:8080", HttpStatusCode.BadRequest)]
    public async Task A_name_of_somebody_elses_that_leads_here_is_refused(string host, HttpStatusCode expected)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/whoami") { Headers = { Host = host } };
        using var answer = await sample.Http.SendAsync(request, Cancel);

        Assert.Equal(expected, answer.StatusCode);
        if (expected == HttpStatusCode.BadRequest)
        {
            var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel);
            Assert.Contains("AllowedHosts", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        }
    }

    /// <summary>By which the kubelet asks for the health, and Prometheus for the metrics.</summary>
    [Fact]
    public async Task A_pod_answers_to_its_own_address()
    {
        var own = NetworkInterface.GetAllNetworkInterfaces().SelectMany(static network => network.GetIPProperties().UnicastAddresses)
            .Select(static address => address.Address).FirstOrDefault(static address => address.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(address));
        Assert.SkipWhen(own is null, "This machine has no address but the loopback one.");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/health/ready") { Headers = { Host = $"{own}:8080" } };
        using var answer = await sample.Http.SendAsync(request, Cancel);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [InlineData("PUT", "/objects/key")]
    [InlineData("DELETE", "/objects/key")]
    [InlineData("POST", "/links/key")]
    public async Task Only_pages_of_its_own_may_change_something_or_have_links(string method, string path)
    {
        var own = sample.Http.BaseAddress!.GetLeftPart(UriPartial.Authority);
        await sample.Http.PutAsync("/objects/key", new StringContent("kept"), Cancel);

        foreach (var (name, value) in new[] { ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Site", "same-site"), ("Origin", "http://evil.example"), ("Origin", "null") })
        {
            Assert.Equal(HttpStatusCode.Forbidden, await SendAsync(method, path, name, value));
            Assert.Equal("kept", await sample.Http.GetStringAsync("/objects/key", Cancel));
        }

        foreach (var (name, value) in new[] { ("Sec-Fetch-Site", "same-origin"), ("Sec-Fetch-Site", "none"), ("Origin", own), ("User-Agent", "curl/8") })
        {
            Assert.InRange((int)await SendAsync(method, path, name, value), 200, 299);
        }
    }

    private async Task<HttpStatusCode> SendAsync(string method, string path, string header, string value)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Headers = { { header, value } } };
        using var answer = await sample.Http.SendAsync(request, Cancel);
        return answer.StatusCode;
    }
}
