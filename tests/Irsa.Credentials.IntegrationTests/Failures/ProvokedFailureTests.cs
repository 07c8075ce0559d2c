using Amazon.S3;
using Irsa.Credentials.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace Irsa.Credentials.IntegrationTests.Failures;

/// <summary>
/// Every failure that can be provoked: the exception that reaches the caller of an AWS client of the container, the health answer, the number of
/// calls, and that nothing of it shows a secret.
/// </summary>
public sealed class ProvokedFailureTests
{
    public static TheoryData<string> Names => ProvokedFailures.Names;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void There_are_at_least_sixty_rows_and_every_id_is_provoked_or_named_elsewhere()
    {
        Assert.True(ProvokedFailures.All.Count >= 60);
        var provoked = ProvokedFailures.All.Select(static row => row.Code).Concat(ProvokedFailures.Elsewhere.Keys);
        Assert.Empty(Enum.GetValues<IrsaErrorCode>().Except(provoked).Except([IrsaErrorCode.None]));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_failure_explains_itself_to_caller_and_operator_and_shows_no_secret(string name)
    {
        var row = ProvokedFailures.Named(name);
        Assert.SkipWhen(row.Skip is not null, row.Skip ?? string.Empty);
        await using var scene = await FailureScenario.StartAsync(Cancel);
        row.Provoke(scene);
        using var hunt = Hunt(scene);
        var services = new ServiceCollection().AddLogging(logs => logs.SetMinimumLevel(LogLevel.Trace).AddProvider(hunt));
        scene.Add(services);
        services.AddHealthChecks().AddIrsa();
        services.AddIrsaAws().AddClient<IAmazonS3, AmazonS3Config>(scene.Aws.Configure);
        await using var container = services.BuildServiceProvider();

        var thrown = await CallAsync(container);
        var calls = scene.Aws.Sts.Calls.Count;
        var health = await container.GetRequiredService<HealthCheckService>().CheckHealthAsync(Cancel);

        hunt.Capture(thrown);
        hunt.Capture(health);
        CaptureStatus(hunt, container);
        var id = IrsaErrorExplanation.For(row.Code).Id;
        Assert.StartsWith(id, thrown.Message, StringComparison.Ordinal);
        Assert.Contains(row.Cause, thrown.Message, StringComparison.Ordinal);
        Assert.Contains(row.Remedy, thrown.Message, StringComparison.Ordinal);
        var typed = Assert.IsType<IrsaException>(thrown);
        Assert.Equal((row.Code, row.IsPermanent), (typed.Code, typed.IsPermanent));
        Assert.Contains(row.Remedy, typed.Remedy, StringComparison.Ordinal);

        Assert.Equal(row.StsCalls ?? calls, calls);

        var entry = health.Entries["irsa"];
        Assert.Equal((HealthStatus.Unhealthy, "Unavailable", id), (entry.Status, entry.Data["state"], entry.Data["errorId"]));
        Assert.Contains(row.Remedy, (string)entry.Data["remedy"], StringComparison.Ordinal);
        Assert.Equal(calls, scene.Aws.Sts.Calls.Count);

        Assert.Empty(hunt.Leaks());
        Assert.Superset(new HashSet<string> { "exception", "health" }, hunt.Channels.ToHashSet());
    }

    [Fact]
    public async Task A_healthy_exchange_shows_no_secret_either_and_a_token_past_its_rotation_is_warned_of()
    {
        await using var scene = await FailureScenario.StartAsync(Cancel);
        scene.Aws.Tokens.Write(scene.Aws.Issuer.IssueToken(static token => token.IssuedAt = TimeProvider.System.GetUtcNow().AddHours(-23)));
        scene.Aws.Sts.Faults.Always(Fault.Body(200, "text/xml", StsResponses.Success()));
        using var hunt = Hunt(scene);
        var logs = new RecordingLoggerFactory();
        var services = new ServiceCollection().AddLogging().AddSingleton<ILoggerFactory>(logs);
        scene.Add(services);
        services.AddHealthChecks().AddIrsa();
        await using var container = services.BuildServiceProvider();
        var credentials = container.GetRequiredService<WebIdentityTokenCredentials>();

        await credentials.GetCredentialsAsync(Cancel);

        hunt.Capture(await container.GetRequiredService<HealthCheckService>().CheckHealthAsync(Cancel));
        hunt.Capture("provider", credentials.ToString());
        hunt.Capture(credentials.Status);
        await logs.LineAsync("AWS identity", Cancel);
        await logs.LineAsync("IRSA207", Cancel);
        foreach (var line in logs.Lines)
        {
            hunt.Capture("log", line);
        }

        Assert.Superset(new HashSet<string> { "log", "health", "metric", "activity", "status", "event" }, hunt.Channels.ToHashSet());
        Assert.Empty(hunt.Leaks());
    }

    private static LeakHunt Hunt(FailureScenario scene)
    {
        var hunt = new LeakHunt(StsResponses.SecretKey, StsResponses.SessionToken);
        hunt.AddToken(scene.Token);
        if (File.Exists(scene.Aws.Tokens.Path) && File.ReadAllText(scene.Aws.Tokens.Path) is { Length: > 200 } token && token.Split('.') is [_, _, { Length: > 40 }])
        {
            hunt.AddToken(token);
        }

        scene.Secrets.ForEach(hunt.AddSecret);
        return hunt;
    }

    /// <summary>Settings of which nothing can be made have no status, only the failure that says so.</summary>
    private static void CaptureStatus(LeakHunt hunt, IServiceProvider container)
    {
        try
        {
            hunt.Capture(container.GetRequiredService<WebIdentityTokenCredentials>().Status);
        }
        catch (IrsaException refused)
        {
            hunt.Capture(refused);
        }
    }

    private static Task<Exception> CallAsync(IServiceProvider container) =>
        Assert.ThrowsAnyAsync<Exception>(async () => await container.GetRequiredService<IAmazonS3>().ListBucketsAsync(Cancel));
}
