using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Amazon.S3;
using Irsa.Credentials.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Irsa.Credentials.IntegrationTests.DependencyInjection;

public sealed class HostStartTests : IAsyncLifetime
{
    private LocalAws _aws = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _aws = await LocalAws.StartAsync(cancellationToken: Cancel);

    public ValueTask DisposeAsync() => _aws.DisposeAsync();

    [Fact(Timeout = 300_000)]
    public async Task All_identities_get_their_first_credentials_side_by_side()
    {
        var gate = new TaskCompletionSource();
        _aws.Sts.Faults.Next(Fault.Gate(gate.Task), times: 3);
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddIrsaAws(_aws.Configure);
        builder.Services.AddIrsaAws("a", _aws.Configure);
        builder.Services.AddIrsaAws("b", _aws.Configure);
        using var host = builder.Build();

        var start = host.StartAsync(Cancel);
        await _aws.Sts.WaitForCallsAsync(3, TestContext.Current.CancellationToken);

        Assert.False(start.IsCompleted);
        gate.SetResult();
        await start;
    }

    [Theory]
    [InlineData("arn:aws:iam::111122223333:role/theirs", true)]
    [InlineData("arn:aws:iam::111122223333:role/local-app", false)]
    [InlineData(null, false)]
    public async Task Two_libraries_that_register_different_roles_are_told(string? theirs, bool isTold)
    {
        var log = new RecordingLoggerFactory();
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton<ILoggerFactory>(log);
        builder.Services.AddIrsaAws(options => options.RoleArn = theirs);
        builder.Services.Configure<IrsaOptions>(static options => options.RoleArn = "arn:aws:iam::111122223333:role/between");
        builder.Services.AddIrsaAws(static options => options.MaxAttempts = 2);
        builder.Services.AddIrsaAws(_aws.Configure);
        using var host = builder.Build();

        await host.StartAsync(Cancel);
        await host.StopAsync(Cancel);

        Assert.Equal(isTold ? 1 : 0, log.EventIds.Count(static id => id == 505));
        Assert.Equal(isTold, log.Lines.Any(line => line.Contains("IRSA503", StringComparison.Ordinal) && line.Contains($"\"{theirs}\"", StringComparison.Ordinal)
            && line.Contains("role/local-app", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task An_identity_made_before_the_container_is_that_of_its_clients_and_outlives_it()
    {
        var options = new IrsaOptions();
        _aws.Configure(options);
        await using var early = new WebIdentityTokenCredentials(options);
        await early.GetCredentialsAsync(Cancel);
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddLogging().AddIrsaAws(early).AddClient<IAmazonS3, AmazonS3Config>(_aws.Configure);
        builder.Services.AddIrsaAws();
        builder.Services.AddHealthChecks().AddIrsaAll();
        using (var host = builder.Build())
        {
            await host.StartAsync(Cancel);
            await host.Services.GetRequiredService<IAmazonS3>().ListBucketsAsync(Cancel);

            Assert.Same(early, host.Services.GetRequiredService<WebIdentityTokenCredentials>());
            Assert.Equal(HealthStatus.Healthy, (await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(Cancel)).Status);
            await host.StopAsync(Cancel);
        }

        Assert.Equal(CredentialState.Valid, early.Status.State);
        Assert.Single(_aws.Sts.Calls);
        Assert.Contains("IRSA503", Assert.Throws<IrsaException>(() => builder.Services.AddIrsaAws(_aws.Configure)).Message, StringComparison.Ordinal);
        Assert.Contains("IRSA503", Assert.Throws<IrsaException>(() => builder.Services.AddIrsaAws(early)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_identity_made_before_the_container_reports_there_what_it_has_done_and_what_it_does(bool hadLog)
    {
        var (before, log) = (new RecordingLoggerFactory(), new RecordingLoggerFactory());
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var options = new IrsaOptions { MaxAttempts = 1 };
        _aws.Configure(options);
        _aws.Sts.Faults.Next(Fault.Error(403, "AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity"));
        await using var early = new WebIdentityTokenCredentials(options, hadLog ? before : null, time);
        await Assert.ThrowsAsync<IrsaException>(() => early.GetCredentialsAsync(Cancel));
        time.Advance(TimeSpan.FromMinutes(1));
        await early.GetCredentialsAsync(Cancel);
        if (hadLog)
        {
            await before.LineAsync("failure(s) in a row", Cancel);
        }

        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton<ILoggerFactory>(log);
        builder.Services.AddIrsaAws(early);
        using var host = builder.Build();
        await host.StartAsync(Cancel);

        time.Advance(TimeSpan.FromMinutes(1));
        Assert.True(early.Invalidate((await early.GetCredentialsAsync(Cancel)).AccessKey));
        await log.LineAsync("were refreshed in", Cancel);
        await host.StopAsync(Cancel);

        int[] told = [100, 102, 103];
        Assert.Equal(told, (hadLog ? before : log).EventIds.Where(static id => id is 100 or 102 or 103).Order());
        Assert.Equal(hadLog ? [104] : [.. told, 104], log.EventIds.Where(static id => id is >= 100 and < 200).Order());
        Assert.Contains(hadLog ? before.Lines : log.Lines, static line => line.Contains("IRSA301", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_identity_made_before_a_container_without_logging_is_measured_by_its_meter()
    {
        var options = new IrsaOptions();
        _aws.Configure(options);
        await using var early = new WebIdentityTokenCredentials(options);
        await early.GetCredentialsAsync(Cancel);
        var services = new ServiceCollection();
        services.AddMetrics().AddIrsaAws(early);
        await using var container = services.BuildServiceProvider();
        var meters = container.GetRequiredService<IMeterFactory>();
        var measured = new ConcurrentBag<string>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, heard) =>
            {
                if (instrument.Meter.Scope == meters)
                {
                    heard.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<double>((instrument, _, _, _) => measured.Add(instrument.Name));
        listener.Start();

        container.VerifyIrsaAws();
        listener.RecordObservableInstruments();

        Assert.Equal([IrsaTelemetry.ExpiresIn, IrsaTelemetry.FailuresInARow], measured.Where(static name => name != IrsaTelemetry.RefreshDuration).Order(StringComparer.Ordinal));
    }
}
