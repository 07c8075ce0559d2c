using Irsa.Credentials.Configuration;
using Irsa.Credentials.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Irsa.Credentials.IntegrationTests.Telemetry;

/// <summary>An operator reads one line when it starts, one when it goes wrong and one when it is over.</summary>
public sealed class LogLineTests : IAsyncLifetime
{
    private readonly RecordingLoggerFactory _logs = new();
    private LocalAws _aws = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string[] Read => [.. _logs.Lines.Where(static line => !line.StartsWith("Debug", StringComparison.Ordinal) && !line.StartsWith("Trace", StringComparison.Ordinal))];

    public async ValueTask InitializeAsync() => _aws = await LocalAws.StartAsync(cancellationToken: Cancel);

    public ValueTask DisposeAsync() => _aws.DisposeAsync();

    [Fact(Timeout = 300_000)]
    public async Task The_first_success_says_who_we_are_and_which_sources_were_ignored()
    {
        var variables = _aws.Environment.ToDictionary();
        variables["AWS_ENDPOINT_URL_STS"] = _aws.Sts.Endpoint.AbsoluteUri;
        variables["AWS_ACCESS_KEY_ID"] = "AKIA0000000000000000";
        variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "http://169.254.170.23/v1/credentials";
        variables["AWS_PROFILE"] = "dev";
        var services = new ServiceCollection().AddSingleton<ILoggerFactory>(_logs).AddSingleton(new InjectedEnvironment(variables.GetValueOrDefault));
        services.AddIrsaAws();
        await using var container = services.BuildServiceProvider();
        var credentials = container.GetRequiredService<WebIdentityTokenCredentials>();

        await credentials.GetCredentialsAsync(TestContext.Current.CancellationToken);

        var line = Assert.Single(await ReadAsync(1));
        Assert.StartsWith($"Information AWS identity: arn:aws:sts::111122223333:assumed-role/local-app/app-0, web identity for {_aws.RoleArn} from {_aws.Sts.Endpoint}", line, StringComparison.Ordinal);
        Assert.EndsWith("Ignored credential sources: AWS_ACCESS_KEY_ID, AWS_CONTAINER_CREDENTIALS_FULL_URI, profile dev", line, StringComparison.Ordinal);
    }

    [Fact(Timeout = 300_000)]
    public async Task A_streak_of_failures_is_one_warning_and_its_end_one_line()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var aws = await LocalAws.StartAsync(options => options.TimeProvider = time, TestContext.Current.CancellationToken);
        var options = new IrsaOptions();
        aws.Configure(options);
        await using var credentials = new WebIdentityTokenCredentials(options, _logs, time);
        await credentials.GetCredentialsAsync(Cancel);
        aws.Sts.Faults.Always(Fault.ServerError(503));

        time.Advance(TimeSpan.FromMinutes(34));
        foreach (var failures in (int[])[1, 2, 3, 4])
        {
            await UntilAsync(credentials, count => count >= failures, time);
        }

        aws.Sts.Faults.Clear();
        await UntilAsync(credentials, static failures => failures == 0, time);

        Assert.Collection(
            await ReadAsync(3),
            static line => Assert.StartsWith("Information AWS identity", line, StringComparison.Ordinal),
            static line => Assert.Matches("^Warning Refreshing the credentials .* IRSA313: (?!IRSA)", line),
            static line => Assert.Matches("^Information Credentials of .* were refreshed after [0-9]+ failure", line));
    }

    [Fact(Timeout = 300_000)]
    public async Task A_first_role_that_is_refused_is_one_error_and_the_second_roles_own_refusal_another()
    {
        var options = new IrsaOptions { AssumeRole = new AssumeRoleOptions { RoleArn = "arn:aws:iam::999922223333:role/second" } };
        _aws.Configure(options);
        _aws.Sts.RemoveRole(_aws.RoleArn);
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var credentials = new WebIdentityTokenCredentials(options, _logs, time);
        await Assert.ThrowsAsync<IrsaException>(() => credentials.GetCredentialsAsync(TestContext.Current.CancellationToken));
        await Eventually.IsTrueAsync(() => _logs.Lines.Any(static line => line.StartsWith("Debug", StringComparison.Ordinal) && line.Contains("role/second", StringComparison.Ordinal)), Cancel);

        Assert.StartsWith($"Error No credentials for {_aws.RoleArn}.", Assert.Single(await ReadAsync(1)), StringComparison.Ordinal);

        _aws.Sts.AddRole(_aws.RoleArn, _aws.TrustPolicyOf(_aws.RoleArn).ToJson());
        await UntilAsync(credentials, static failures => failures > 1, time);

        var errors = (await ReadAsync(4)).Where(static line => line.StartsWith("Error", StringComparison.Ordinal)).ToList();
        Assert.Equal(2, errors.Count);
        Assert.Matches("^Error No credentials for arn:aws:iam::999922223333:role/second\\. .*IRSA318", errors[1]);
    }

    [Fact]
    public async Task A_logger_that_needs_credentials_gets_them_and_keeps_nobody_waiting()
    {
        var logged = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        WebIdentityTokenCredentials? credentials = null;
        var loggers = new RecordingLoggerFactory(() => logged.TrySetResult(credentials!.GetCredentials().AccessKey));
        await using var created = credentials = WithRefusedDuration(loggers);

        var served = await credentials.GetCredentialsAsync(Cancel).WaitAsync(TimeSpan.FromMinutes(5), Cancel);

        Assert.Equal(served.AccessKey, await logged.Task.WaitAsync(TimeSpan.FromMinutes(5), Cancel));
    }

    [Fact]
    public async Task A_logger_that_throws_turns_no_answer_into_a_failure()
    {
        await using var credentials = WithRefusedDuration(new RecordingLoggerFactory(static () => throw new InvalidOperationException("from the logger")));

        Assert.NotNull(await credentials.GetCredentialsAsync(Cancel));
    }

    /// <summary>The refusal is reported in the middle of the exchange.</summary>
    private WebIdentityTokenCredentials WithRefusedDuration(ILoggerFactory loggers)
    {
        var options = new IrsaOptions();
        _aws.Configure(options);
        options.SessionDuration = TimeSpan.FromHours(12);
        return new WebIdentityTokenCredentials(options, loggers);
    }

    /// <summary>The callers are told before the log is.</summary>
    private async Task<string[]> ReadAsync(int lines)
    {
        await Eventually.IsTrueAsync(() => Read.Length >= lines, Cancel);

        return Read;
    }

    /// <summary>The timer of the next attempt may be armed a moment after the failure is visible, so time goes on in small steps.</summary>
    private static async Task UntilAsync(WebIdentityTokenCredentials credentials, Func<int, bool> reached, FakeTimeProvider time)
    {
        DateTimeOffset? passed = null;
        var (step, steppedAt) = (TimeSpan.Zero, 0L);
        while (!reached(credentials.Status.FailuresInARow))
        {
            Cancel.ThrowIfCancellationRequested();
            if (credentials.Status.NextRefresh is { } next && next != passed)
            {
                // Once for each refresh, and past it: the cache counts whole milliseconds, so its timer may fire one later.
                var left = next - time.GetUtcNow();
                step = (left > TimeSpan.Zero ? left : TimeSpan.Zero) + TimeSpan.FromMilliseconds(5);
                time.Advance(step);
                (passed, steppedAt) = (next, TimeProvider.System.GetTimestamp());
            }
            else if (passed is not null && TimeProvider.System.GetElapsedTime(steppedAt) > TimeSpan.FromSeconds(10))
            {
                // The timer was set after the clock had moved, so all of its time is still to come.
                time.Advance(step);
                steppedAt = TimeProvider.System.GetTimestamp();
            }

            await Task.Yield();
        }
    }
}
