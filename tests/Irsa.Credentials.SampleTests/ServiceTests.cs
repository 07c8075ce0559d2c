using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using Irsa.Credentials.Testing;

namespace Irsa.Credentials.SampleTests;

/// <summary>The service as a user meets it: over HTTP, in a process of its own.</summary>
public sealed class ServiceTests : IAsyncLifetime
{
    private SampleProcess _sample = null!;
    private HttpClient _http = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() =>
        (_sample, _http) = await SampleProcess.StartAsync(new Dictionary<string, string> { ["ASPNETCORE_ENVIRONMENT"] = "Development" });

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _sample.DisposeAsync();
    }

    [Fact]
    public async Task It_says_who_it_is_and_that_it_stands_on_LocalAws_and_ends_cleanly()
    {
        using var identity = await JsonAsync("/whoami");

        Assert.Equal("arn:aws:sts::111122223333:assumed-role/local-app/app-0", identity.RootElement.GetProperty("assumedRole").GetString());
        Assert.Equal("Valid", identity.RootElement.GetProperty("state").GetString());
        Assert.Contains("LocalAws stands in for AWS", _sample.Output.Split('\n')[1], StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await _http.GetAsync("/health/live", Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await _http.GetAsync("/health/ready", Cancel)).StatusCode);
        var metrics = await _http.GetStringAsync("/metrics", Cancel);
        Assert.Contains("irsa_credentials_refresh_duration_seconds_count", metrics, StringComparison.Ordinal);
        Assert.Contains("irsa_credentials_expires_in_seconds{", metrics, StringComparison.Ordinal);
        Assert.Equal(0, await _sample.TerminateAsync());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5 * 1024 * 1024)]
    [InlineData(20 * 1024 * 1024)]
    public async Task An_object_comes_back_identical_is_listed_and_deleted(int size)
    {
        var body = RandomNumberGenerator.GetBytes(size);
        using var put = await _http.PutAsync("/objects/a/b.bin", new ByteArrayContent(body), Cancel);
        Assert.Equal(HttpStatusCode.Created, put.StatusCode);

        Assert.Equal(body, await _http.GetByteArrayAsync("/objects/a/b.bin", Cancel));
        using var list = await JsonAsync("/objects?prefix=a/");
        var entry = Assert.Single(list.RootElement.GetProperty("objects").EnumerateArray());
        Assert.Equal(("a/b.bin", size), (entry.GetProperty("key").GetString(), entry.GetProperty("size").GetInt32()));
        Assert.Equal(HttpStatusCode.NoContent, (await _http.DeleteAsync("/objects/a/b.bin", Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await _http.GetAsync("/objects/a/b.bin", Cancel)).StatusCode);
    }

    [Theory]
    [InlineData("with%20space", "with space")]
    [InlineData("plus+plus", "plus+plus")]
    [InlineData("a%2Fb", "a/b")]
    [InlineData("percent%252F", "percent%2F")]
    [InlineData("%E6%97%A5%E6%9C%AC", "日本")]
    [InlineData("a/../b", "a/../b")]
    [InlineData("trailing/", "trailing/")]
    public async Task A_key_is_stored_as_it_is_meant(string path, string key)
    {
        using var put = new HttpRequestMessage(HttpMethod.Put, Raw("/objects/" + path)) { Content = new StringContent(key) };
        Assert.Equal(HttpStatusCode.Created, (await _http.SendAsync(put, Cancel)).StatusCode);

        using var list = await JsonAsync("/objects");
        Assert.Equal([key], list.RootElement.GetProperty("objects").EnumerateArray().Select(static item => item.GetProperty("key").GetString()));
        using var get = new HttpRequestMessage(HttpMethod.Get, Raw("/objects/" + path));
        using var got = await _http.SendAsync(get, Cancel);
        Assert.Equal(key, await got.Content.ReadAsStringAsync(Cancel));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/leading")]
    [InlineData("%FF%FE")]
    [InlineData("bad%2")]
    [InlineData("xxxxxxxxxx", 103)]
    public async Task A_key_that_cannot_be_stored_as_it_is_is_a_clear_400(string path, int times = 1)
    {
        using var put = new HttpRequestMessage(HttpMethod.Put, Raw("/objects/" + string.Concat(Enumerable.Repeat(path, times)))) { Content = new StringContent("x") };
        using var answer = await _http.SendAsync(put, Cancel);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        using var list = await JsonAsync("/objects");
        Assert.Empty(list.RootElement.GetProperty("objects").EnumerateArray());
    }

    [Theory]
    [InlineData("Development", true)]
    [InlineData("Production", false)]
    public async Task Where_a_cluster_should_have_injected_something_its_absence_ends_the_start(string environment, bool isInCluster)
    {
        var variables = new Dictionary<string, string>
        {
            ["ASPNETCORE_ENVIRONMENT"] = environment,
            ["S3__Bucket"] = "bucket",
            ["AWS_ACCESS_KEY_ID"] = "AKIAOTHERIDENTITY",
            ["AWS_SECRET_ACCESS_KEY"] = "another identity's secret",
            ["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "http://127.0.0.1:1/v1/credentials",
        };
        if (isInCluster)
        {
            variables["KUBERNETES_SERVICE_HOST"] = "10.0.0.1";
        }

        var (exitCode, output) = await SampleProcess.TryAsync(variables);

        Assert.Equal(1, exitCode);
        Assert.Contains("IRSA110", output, StringComparison.Ordinal);
        Assert.Contains("IRSA107", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
        Assert.Equal(1, output.Split("The service cannot start.").Length - 1 - (isInCluster ? 1 : 0));
    }

    [Fact]
    public async Task With_exactly_the_webhooks_variables_it_uses_that_identity_and_explains_a_refusal()
    {
        await using var aws = await LocalAws.StartAsync(static options => options.Buckets.Add("bucket"), Cancel);
        aws.Sts.RemoveRole(aws.RoleArn);
        var variables = new Dictionary<string, string>(SampleProcess.VariablesOf(aws)) { ["KUBERNETES_SERVICE_HOST"] = "10.0.0.1" };
        var (sample, http) = await SampleProcess.StartAsync(variables);
        await using var process = sample;
        using var client = http;

        using var ready = await client.GetAsync("/health/ready", Cancel);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        using var refused = await client.GetAsync("/objects/any", Cancel);
        var problem = await refused.Content.ReadFromJsonAsync<JsonElement>(Cancel);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "IRSA301"), (refused.StatusCode, problem.GetProperty("errorId").GetString()));
        Assert.InRange(refused.Headers.RetryAfter?.Delta ?? TimeSpan.Zero, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5));
        Assert.Contains("system:serviceaccount:default:app", problem.GetProperty("remedy").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", await refused.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);

        aws.Sts.AddRole(aws.RoleArn, aws.TrustPolicyOf(aws.RoleArn).ToJson());
        aws.Tokens.Rotate();
        HttpStatusCode stored;
        do
        {
            // The library looks once a second whether the token file has changed.
            using var answer = await client.PutAsync("/objects/any", new StringContent("x"), Cancel);
            stored = answer.StatusCode;
        }
        while (stored == HttpStatusCode.ServiceUnavailable);

        Assert.Equal(HttpStatusCode.Created, stored);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/health/ready", Cancel)).StatusCode);
        Assert.Equal(["any"], aws.S3.Keys("bucket"));
    }

    /// <summary>An address that the client sends as it is written.</summary>
    private Uri Raw(string path) => new(
        _http.BaseAddress!.GetLeftPart(UriPartial.Authority) + path,
        new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });

    private async Task<JsonDocument> JsonAsync(string path) => JsonDocument.Parse(await _http.GetStringAsync(path, Cancel));
}
