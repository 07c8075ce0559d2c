using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Irsa.Credentials.SampleTests;
using Irsa.Credentials.Testing;

namespace Irsa.Credentials.DocumentationTests;

/// <summary>The minimal sample as a process of its own, where LocalAws stands for AWS by variables alone.</summary>
public sealed class MinimalSampleTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task In_a_pod_it_lists_the_bucket_and_says_which_role_it_has()
    {
        await using var aws = await LocalAws.StartAsync(static options => options.Buckets.Add("orders"), Cancel);
        var (process, http) = await SampleProcess.StartAsync(VariablesOf(aws));
        await using var running = process;
        using var client = http;

        Assert.Equal("[]", await client.GetStringAsync("/objects", Cancel));
        Assert.Equal("Healthy", await client.GetStringAsync("/health", Cancel));
        var identity = await client.GetFromJsonAsync<JsonNode>("/identity", Cancel);
        Assert.Equal("Valid", (string?)identity!["state"]);
        Assert.Contains(":assumed-role/", (string?)identity["assumedRoleArn"], StringComparison.Ordinal);
        Assert.Null(identity["error"]);
    }

    [Fact]
    public async Task In_a_pod_whose_role_is_missing_it_says_why_and_takes_no_traffic()
    {
        await using var aws = await LocalAws.StartAsync(static options => options.Buckets.Add("orders"), Cancel);
        aws.Sts.RemoveRole(aws.RoleArn);
        var (process, http) = await SampleProcess.StartAsync(VariablesOf(aws));
        await using var running = process;
        using var client = http;

        using var health = await client.GetAsync("/health", Cancel);
        var identity = await client.GetFromJsonAsync<JsonNode>("/identity", Cancel);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, health.StatusCode);
        Assert.Contains("IRSA301", (string?)identity!["error"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task On_a_developers_machine_it_uses_the_SDKs_default_credentials()
    {
        await using var aws = await LocalAws.StartAsync(static options => options.Buckets.Add("orders"), Cancel);
        var (process, http) = await SampleProcess.StartAsync(new Dictionary<string, string>
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            ["AWS_ACCESS_KEY_ID"] = "AKIAIOSFODNN7EXAMPLE",
            ["AWS_SECRET_ACCESS_KEY"] = "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY",
            ["AWS_REGION"] = aws.Region,
            ["Bucket"] = "orders",
        });
        await using var running = process;
        using var client = http;

        var identity = await client.GetFromJsonAsync<JsonNode>("/identity", Cancel);

        Assert.Equal("the SDK's default chain", (string?)identity!["roleArn"]);
    }

    [Fact]
    public async Task Elsewhere_it_does_not_start_without_the_pods_variables()
    {
        var (exitCode, said) = await SampleProcess.TryAsync(new Dictionary<string, string> { ["AWS_REGION"] = "eu-central-1", ["Bucket"] = "orders" });

        Assert.NotNull(exitCode);
        Assert.Contains("IRSA101", said, StringComparison.Ordinal);
    }

    private static Dictionary<string, string> VariablesOf(LocalAws aws) => new(aws.Environment) { ["Bucket"] = "orders" };
}
