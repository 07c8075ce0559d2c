using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Irsa.Credentials.Testing;
using Microsoft.AspNetCore.Builder;

namespace Irsa.Credentials.SampleTests;

/// <summary>What operators see of the service: its log, its metrics and traces, and the description of its API.</summary>
public sealed class TelemetryTests(RunningSample sample) : IClassFixture<RunningSample>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_failure_streak_is_logged_once_however_often_probes_and_pages_look()
    {
        await using var aws = await LocalAws.StartAsync(static options => options.Buckets.Add("bucket"), Cancel);
        aws.Sts.Faults.Always(Fault.Error(403, "AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity"));
        var (process, http) = await SampleProcess.StartAsync(SampleProcess.VariablesOf(aws));
        await using var ends = process;
        using var closes = http;

        for (var i = 0; i < 100; i++)
        {
            using var probe = await http.GetAsync("/health/ready", Cancel);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, probe.StatusCode);
            using var page = await http.GetAsync("/whoami", Cancel);
            Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        }

        using var report = JsonDocument.Parse(await (await http.GetAsync("/health/ready", Cancel)).Content.ReadAsStringAsync(Cancel));
        var check = report.RootElement.GetProperty("checks").GetProperty("irsa");
        Assert.StartsWith("IRSA301: ", check.GetProperty("description").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain('\n', check.GetProperty("description").GetString()!);
        Assert.Contains("sts:AssumeRoleWithWebIdentity", check.GetProperty("data").GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Equal(0, await process.TerminateAsync());
        var lines = process.Output.Split('\n');
        Assert.Single(lines, static line => line.StartsWith("warn:", StringComparison.Ordinal) || line.StartsWith("fail:", StringComparison.Ordinal));
        Assert.Single(lines, static line => line.Contains("IRSA301", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("json", null, true)]
    [InlineData("simple", "10.0.0.1", false)]
    [InlineData(null, "10.0.0.1", true)]
    public async Task In_a_cluster_each_record_is_a_line_of_JSON_that_carries_the_request_id(string? formatter, string? cluster, bool isJson)
    {
        var variables = new Dictionary<string, string>(SampleProcess.VariablesOf(sample.Aws)) { ["AccessLog"] = "true" };
        foreach (var (name, value) in new[] { ("Logging__Console__FormatterName", formatter), ("KUBERNETES_SERVICE_HOST", cluster) })
        {
            if (value is not null)
            {
                variables[name] = value;
            }
        }

        var (process, http) = await SampleProcess.StartAsync(variables);
        await using var ends = process;
        using var closes = http;
        using var answer = await http.GetAsync("/objects?prefix=a%0Ab", Cancel);
        using var unlogged = await http.GetAsync("/health/live", Cancel);
        Assert.Equal(0, await process.TerminateAsync());

        var lines = process.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var id = Assert.Single(answer.Headers.GetValues("X-Request-Id"));
        Assert.Matches("^[0-9a-f]{32}$", id);
        Assert.DoesNotContain("/health/live", process.Output, StringComparison.Ordinal);
        if (isJson)
        {
            var records = lines.Select(static line => JsonDocument.Parse(line).RootElement).ToList();
            var access = Assert.Single(records, static record => record.GetProperty("Message").GetString()!.StartsWith("GET /objects answered 200", StringComparison.Ordinal));
            Assert.Contains(id, access.GetProperty("Scopes").GetRawText(), StringComparison.Ordinal);
        }
        else
        {
            Assert.Single(lines, static line => line.Contains("GET /objects answered 200", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("target_info{service_name=\"s3-microservice\"")]
    [InlineData("irsa_credentials_refresh_duration_seconds_count{")]
    [InlineData("http_server_request_duration_seconds_count{")]
    [InlineData("http_client_request_duration_seconds_count{")]
    [InlineData("dotnet_process_cpu_time_seconds_total{")]
    public async Task Metrics_of_the_library_the_server_its_calls_and_the_runtime_are_scraped(string expected)
    {
        await sample.Http.GetAsync("/objects", Cancel);

        Assert.Contains(expected, await sample.Http.GetStringAsync("/metrics", Cancel), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "", "service_name=\"s3-microservice\"")]
    [InlineData("orders", "", "service_name=\"orders\"")]
    [InlineData(null, "service.name=shop,service.namespace=samples", "service_name=\"shop\"")]
    [InlineData("orders", "service.name=shop,service.instance.id=samples.pod-1.web", "service_name=\"orders\"")]
    [InlineData(null, "service.instance.id=samples.pod-1.web", "service_instance_id=\"samples.pod-1.web\"")]
    [InlineData(null, null, "service_instance_id=\"[0-9a-f]{8}-[0-9a-f-]{27}\"")]
    public async Task Who_deploys_it_names_the_service_and_an_empty_variable_is_none(string? name, string? attributes, string expected)
    {
        var variables = new Dictionary<string, string>(SampleProcess.VariablesOf(sample.Aws));
        foreach (var (variable, value) in new[] { ("OTEL_SERVICE_NAME", name), ("OTEL_RESOURCE_ATTRIBUTES", attributes) })
        {
            if (value is not null)
            {
                variables[variable] = value;
            }
        }

        var (process, http) = await SampleProcess.StartAsync(variables);
        await using var ends = process;
        using var closes = http;

        var target = (await http.GetStringAsync("/metrics", Cancel)).Split('\n').Single(static line => line.StartsWith("target_info{", StringComparison.Ordinal));
        Assert.Matches(expected, target);
        Assert.Equal(0, await process.TerminateAsync());
    }

    [Fact]
    public async Task With_a_collector_logs_metrics_and_traces_go_there()
    {
        var got = new ConcurrentDictionary<string, string>();
        var all = new TaskCompletionSource();
        var builder = WebApplication.CreateSlimBuilder(["--AllowedHosts", "*"]);
        await using var collector = builder.Build();
        collector.Urls.Add("http://127.0.0.1:0");
        collector.Run(async context =>
        {
            using var reader = new StreamReader(context.Request.Body, System.Text.Encoding.Latin1);
            var body = await reader.ReadToEndAsync(context.RequestAborted);
            got.AddOrUpdate(context.Request.Path, body, (_, before) => before + body);
            if (got.TryGetValue("/v1/traces", out var traces) && traces.Contains("GET /objects", StringComparison.Ordinal) && got.Count == 3)
            {
                all.TrySetResult();
            }
        });
        await collector.StartAsync(Cancel);
        var (process, http) = await SampleProcess.StartAsync(new Dictionary<string, string>(SampleProcess.VariablesOf(sample.Aws))
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Urls.Single(),
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_METRIC_EXPORT_INTERVAL"] = "100",
            ["OTEL_BSP_SCHEDULE_DELAY"] = "100",
            ["OTEL_BLRP_SCHEDULE_DELAY"] = "100",
            ["OTEL_SERVICE_NAME"] = "orders",
        });
        await using var ends = process;
        using var closes = http;

        await http.GetAsync("/health/ready", Cancel);
        await http.GetAsync("/metrics", Cancel);
        await http.GetAsync("/objects", Cancel);
        await Task.WhenAny(all.Task, Task.Delay(TimeSpan.FromMinutes(1), TimeProvider.System, Cancel));
        Assert.True(all.Task.IsCompleted, string.Join(", ", got.Select(static item => $"{item.Key}: {item.Value.Length} bytes")) + process.Output);
        Assert.Equal(0, await process.TerminateAsync());

        Assert.All(got.Values, static body => Assert.Contains("orders", body, StringComparison.Ordinal));
        Assert.Contains("AssumeRoleWithWebIdentity", got["/v1/traces"], StringComparison.Ordinal);
        Assert.Contains("GET /objects", got["/v1/traces"], StringComparison.Ordinal);
        Assert.DoesNotContain("GET /health", got["/v1/traces"], StringComparison.Ordinal);
        Assert.DoesNotContain("GET /metrics", got["/v1/traces"], StringComparison.Ordinal);
        Assert.Contains("irsa.credentials.expires_in", got["/v1/metrics"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_API_is_described()
    {
        using var api = JsonDocument.Parse(await sample.Http.GetStringAsync("/openapi/v1.json", Cancel));
        var paths = api.RootElement.GetProperty("paths");

        Assert.Equal(["/links/{key}", "/objects", "/objects/{key}", "/whoami"], paths.EnumerateObject().Select(static path => path.Name).Order(StringComparer.Ordinal));
        Assert.Equal(["delete", "get", "head", "put"], paths.GetProperty("/objects/{key}").EnumerateObject().Select(static item => item.Name).Order(StringComparer.Ordinal));
        Assert.Equal("key", paths.GetProperty("/objects/{key}").GetProperty("put").GetProperty("parameters")[0].GetProperty("name").GetString());
        var size = paths.GetProperty("/objects").GetProperty("get").GetProperty("parameters").EnumerateArray().Single(static item => item.GetProperty("name").GetString() == "size");
        Assert.Equal(("integer", 1000), (size.GetProperty("schema").GetProperty("type").GetString(), size.GetProperty("schema").GetProperty("maximum").GetInt32()));
    }
}
