using System.Text.Json;
using Irsa.Credentials.Configuration;
using Irsa.Credentials.IntegrationTests.Failures;
using Irsa.Credentials.Testing;

namespace Irsa.Credentials.IntegrationTests.Diagnosis;

/// <summary>Every failure that can be provoked, as the doctor tells it: the same id, cause and remedy as the exception, and no secret.</summary>
public sealed class DoctorOnProvokedFailureTests
{
    public static TheoryData<string> Names => ProvokedFailures.Names;

    /// <summary>Gets the rows that need no code, so that a process of its own can be run in their scene.</summary>
    public static TheoryData<string> CodelessNames { get; } = [.. ProvokedFailures.All.Where(static row => !row.NeedsCode).Select(static row => row.Name)];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_doctor_finds_the_failure(string name)
    {
        await using var scene = await SetAsync(ProvokedFailures.Named(name));
        var options = new IrsaOptions();
        scene.Options?.Invoke(options);

        var report = await new IrsaDoctor(options, new InjectedEnvironment(name => scene[name]), TimeProvider.System).ExamineAsync(Cancel);

        Assert.Equal((DoctorVerdict.Fail, 2), (report.Verdict, report.ExitCode));
        AssertExplains(ProvokedFailures.Named(name), scene, report.ToJson());
        AssertNoLeak(scene, report + string.Join('\n', report.Checks));
    }

#if NET10_0_OR_GREATER
    [Fact]
    public void There_are_at_least_sixty_rows_for_the_command() => Assert.True(CodelessNames.Count >= 60);

    [Theory]
    [MemberData(nameof(CodelessNames))]
    public async Task The_command_prints_the_failure_as_JSON_and_ends_with_2(string name)
    {
        await using var scene = await SetAsync(ProvokedFailures.Named(name));
        var variables = scene.Variables.Where(static pair => pair.Value is not null).ToDictionary(static pair => pair.Key, static pair => pair.Value!);

        var run = await Tool.ToolRun.StartAsync(variables, "doctor", "--json");

        Assert.True(run.ExitCode == 2, run.Printed);
        AssertExplains(ProvokedFailures.Named(name), scene, run.Output);
        AssertNoLeak(scene, run.Errors);
    }

    [Fact]
    public async Task The_command_names_the_proxy_without_its_password()
    {
        await using var scene = await FailureScenario.StartAsync(Cancel);
        scene.Secrets.Add("S3cret.of-the-way.0123456789");
        await using var proxy = StubServer.Answering(static _ => StubServer.Http("407 Proxy Authentication Required", "text/plain", string.Empty));
        var variables = new Dictionary<string, string>(scene.Aws.Environment)
        {
            ["AWS_EC2_METADATA_DISABLED"] = "true",
            ["HTTPS_PROXY"] = $"http://alice:{scene.Secrets[0]}@127.0.0.1:{proxy.Port}",
        };

        // STS itself, behind the proxy, and not the stand-in beside it.
        variables.Remove("AWS_ENDPOINT_URL_STS");

        var run = await Tool.ToolRun.StartAsync(variables, "doctor", "--json");

        Assert.Contains($"through the proxy 127.0.0.1:{proxy.Port} of ", run.Output, StringComparison.Ordinal);
        Assert.Contains($"127.0.0.1:{proxy.Port} did not open a tunnel", run.Output, StringComparison.Ordinal);
        AssertNoLeak(scene, run.Printed);
    }
#endif

    [Fact]
    public async Task A_healthy_report_shows_no_secret_either()
    {
        await using var scene = await FailureScenario.StartAsync(Cancel);
        scene["AWS_EC2_METADATA_DISABLED"] = "true";
        scene.Aws.Sts.Faults.Next(Fault.Body(200, "text/xml", StsResponses.Success()));

        var report = await new IrsaDoctor(new IrsaOptions(), new InjectedEnvironment(name => scene[name]), TimeProvider.System).ExamineAsync(Cancel);

        Assert.Equal(DoctorVerdict.Pass, report.Checks[6].Verdict);
        AssertNoLeak(scene, report.ToJson() + report);
    }

    private static async Task<FailureScenario> SetAsync(ProvokedFailure row)
    {
        Assert.SkipWhen(row.Skip is not null, row.Skip ?? string.Empty);
        var scene = await FailureScenario.StartAsync(Cancel);
        scene["AWS_EC2_METADATA_DISABLED"] = "true";
        row.Provoke(scene);
        return scene;
    }

    private static void AssertExplains(ProvokedFailure row, FailureScenario scene, string json)
    {
        using var report = JsonDocument.Parse(json);
        var failed = report.RootElement.GetProperty("checks").EnumerateArray().Where(static check => check.GetProperty("verdict").GetString() == "fail").ToList();
        var id = IrsaErrorExplanation.For(row.Code).Id;
        Assert.Contains(failed, check => Text(check, "errorId") == id);
        var told = string.Join('\n', report.RootElement.GetProperty("checks").EnumerateArray().Select(static check => $"{Text(check, "seen")}\n{Text(check, "remedy")}\n{Text(check, "details")}"));
        Assert.Contains(row.Cause, told, StringComparison.Ordinal);
        Assert.Contains(row.Remedy, told, StringComparison.Ordinal);
        Assert.True(row.StsCalls is null || !row.IsPermanent || scene.Aws.Sts.Calls.Count == row.StsCalls, $"{scene.Aws.Sts.Calls.Count} calls");
        AssertNoLeak(scene, json);
    }

    private static string? Text(JsonElement check, string member) => check.TryGetProperty(member, out var value) ? value.GetString() : null;

    private static void AssertNoLeak(FailureScenario scene, string printed)
    {
        using var hunt = new LeakHunt(StsResponses.SecretKey, StsResponses.SessionToken);
        hunt.AddToken(scene.Token);
        scene.Secrets.ForEach(hunt.AddSecret);
        hunt.Capture("doctor", printed);
        Assert.Empty(hunt.Leaks());
    }
}
