using System.Globalization;
using Irsa.Credentials.Configuration;
using Irsa.Credentials.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Time.Testing;

namespace Irsa.Credentials.IntegrationTests.DependencyInjection;

/// <summary>The health of one identity, and of all; it looks and never asks STS.</summary>
public sealed class HealthCheckTests : IAsyncLifetime
{
    private const string Second = "arn:aws:iam::111122223333:role/reports";

    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());
    private readonly ServiceCollection _services = new();
    private LocalAws _aws = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _aws = await LocalAws.StartAsync(cancellationToken: Cancel);
        _aws.Sts.AddRole(Second, _aws.TrustPolicyOf(Second).ToJson());
        _services.AddLogging();
        _services.AddIrsaAws(options =>
        {
            _aws.Configure(options);
            options.TimeProvider = _time;
        });
    }

    public ValueTask DisposeAsync() => _aws.DisposeAsync();

    [Fact]
    public async Task Before_the_first_call_it_is_degraded_takes_traffic_and_does_not_make_one()
    {
        _services.AddHealthChecks().AddIrsa();
        await using var container = _services.BuildServiceProvider();

        var entry = await EntryAsync(container);

        Assert.Equal((HealthStatus.Degraded, "Pending", _aws.RoleArn), (entry.Status, entry.Data["state"], entry.Data["role"]));
        Assert.Empty(_aws.Sts.Calls);
    }

    [Fact]
    public async Task With_valid_credentials_it_says_who_until_when_and_what_comes_next()
    {
        _services.AddHealthChecks().AddIrsa();
        await using var container = _services.BuildServiceProvider();
        var credentials = container.GetRequiredService<WebIdentityTokenCredentials>();
        await credentials.GetCredentialsAsync(Cancel);

        var entry = await EntryAsync(container);

        Assert.Equal(HealthStatus.Healthy, entry.Status);
        Assert.Equal(
            ["assumedRole", "expiration", "failuresInARow", "nextRefresh", "role", "session", "state"],
            entry.Data.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(("Valid", 0, "app-0"), (entry.Data["state"], entry.Data["failuresInARow"], entry.Data["session"]));
        Assert.Equal(credentials.Status.Expiration?.ToString("u", CultureInfo.InvariantCulture), entry.Data["expiration"]);
        Assert.Single(_aws.Sts.Calls);
    }

    [Fact]
    public async Task While_the_refresh_fails_it_is_degraded_and_names_error_and_remedy()
    {
        _services.AddHealthChecks().AddIrsa();
        await using var container = _services.BuildServiceProvider();
        var credentials = container.GetRequiredService<WebIdentityTokenCredentials>();
        await credentials.GetCredentialsAsync(Cancel);
        _aws.Sts.Faults.Always(StsFault.RegionDisabled());
        _time.Advance(TimeSpan.FromMinutes(34));
        await Eventually.IsTrueAsync(() => credentials.Status.FailuresInARow > 0, Cancel);

        var entry = await EntryAsync(container);

        Assert.Equal((HealthStatus.Degraded, "RefreshFailing", 1, "IRSA309"), (entry.Status, entry.Data["state"], entry.Data["failuresInARow"], entry.Data["errorId"]));
        Assert.Contains("Activate STS", (string)entry.Data["remedy"], StringComparison.Ordinal);
        Assert.StartsWith("Valid until", entry.Description, StringComparison.Ordinal);
        Assert.Matches(@"IRSA309: [^\n]+\. Next retry \d{4}-[^\n]+Z\.$", entry.Description);
        Assert.DoesNotContain('\n', entry.Description!);
        Assert.Contains("IRSA309", (string)entry.Data["error"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_named_identity_has_a_check_of_its_own()
    {
        _services.AddIrsaAws("reports", Reports);
        _services.AddHealthChecks().AddIrsa().AddIrsa("irsa-reports", credentialsName: "reports", failureStatus: HealthStatus.Degraded);
        await using var container = _services.BuildServiceProvider();
        await container.GetRequiredService<WebIdentityTokenCredentials>().GetCredentialsAsync(Cancel);
        _aws.Sts.RemoveRole(Second);
        await Assert.ThrowsAsync<IrsaException>(() => container.GetRequiredKeyedService<WebIdentityTokenCredentials>("reports").GetCredentialsAsync(Cancel));

        Assert.Equal(HealthStatus.Healthy, (await EntryAsync(container)).Status);
        var entry = await EntryAsync(container, "irsa-reports");
        Assert.Equal((HealthStatus.Degraded, Second), (entry.Status, entry.Data["role"]));
    }

    [Theory]
    [InlineData(null, "The health check AddIrsa has no credentials to report: AddIrsaAws() was not called. For credentials with a name, pass credentialsName.")]
    [InlineData("reports", "The health check AddIrsa names the credentials \"reports\", but AddIrsaAws(\"reports\", …) was not called.")]
    public async Task A_check_of_credentials_that_are_not_registered_says_so(string? name, string description)
    {
        var services = new ServiceCollection().AddLogging();
        services.AddIrsaAws("other", Reports);
        services.AddHealthChecks().AddIrsa(credentialsName: name, failureStatus: HealthStatus.Degraded);
        await using var container = services.BuildServiceProvider();

        var entry = await EntryAsync(container);

        Assert.Equal((HealthStatus.Degraded, description, "Unavailable"), (entry.Status, entry.Description, entry.Data["state"]));
    }

    [Fact]
    public async Task All_identities_are_one_check_as_healthy_as_the_worst_even_those_registered_later()
    {
        _services.AddHealthChecks().AddIrsaAll();
        _services.AddIrsaAws("reports", Reports);
        await using var container = _services.BuildServiceProvider();
        await container.GetRequiredService<WebIdentityTokenCredentials>().GetCredentialsAsync(Cancel);

        var entry = await EntryAsync(container, "irsa-all");
        Assert.Equal((HealthStatus.Degraded, "Valid", "Pending", Second), (entry.Status, entry.Data["state"], entry.Data["reports.state"], entry.Data["reports.role"]));

        await container.GetRequiredKeyedService<WebIdentityTokenCredentials>("reports").GetCredentialsAsync(Cancel);
        Assert.Equal(HealthStatus.Healthy, (await EntryAsync(container, "irsa-all")).Status);
    }

    [Fact]
    public async Task Several_faults_of_the_options_are_all_in_the_answer()
    {
        var services = new ServiceCollection().AddLogging().AddSingleton(new InjectedEnvironment(static _ => null));
        services.AddIrsaAws(static options => options.RoleArn = "app");
        services.AddHealthChecks().AddIrsa();
        await using var container = services.BuildServiceProvider();

        var entry = await EntryAsync(container);

        Assert.Equal((HealthStatus.Unhealthy, "Unavailable"), (entry.Status, entry.Data["state"]));
        Assert.All(["IRSA103", "IRSA104", "IRSA107"], id => Assert.Contains(id, (string)entry.Data["error"], StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_rule_of_the_applications_own_is_told_as_it_is()
    {
        _services.AddOptions<IrsaOptions>().Validate(static _ => false, "The role is not in our list.");
        _services.AddHealthChecks().AddIrsa();
        await using var container = _services.BuildServiceProvider();

        var entry = await EntryAsync(container);

        Assert.Equal((HealthStatus.Unhealthy, "Unavailable", "IRSA109"), (entry.Status, entry.Data["state"], entry.Data["errorId"]));
        Assert.Contains("The role is not in our list.", (string)entry.Data["error"], StringComparison.Ordinal);
        Assert.Contains("or the rule", (string)entry.Data["remedy"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_of_no_identities_is_not_called_healthy()
    {
        var services = new ServiceCollection().AddLogging();
        services.AddHealthChecks().AddIrsaAll();
        await using var container = services.BuildServiceProvider();

        var entry = await EntryAsync(container, "irsa-all");

        Assert.Equal((HealthStatus.Degraded, "No identity is registered: AddIrsaAws was not called."), (entry.Status, entry.Description));
    }

    [Fact]
    public async Task Where_the_default_chain_is_used_by_name_it_says_so()
    {
        var services = new ServiceCollection().AddLogging().AddSingleton(new InjectedEnvironment(static _ => null));
        services.AddIrsaAws(static options => options.WhenNotInjected = NotInjectedBehavior.UseDefaultChain);
        services.AddHealthChecks().AddIrsa();
        await using var container = services.BuildServiceProvider();
        await container.GetRequiredService<WebIdentityTokenCredentials>().GetCredentialsAsync(Cancel);

        var entry = await EntryAsync(container);

        Assert.Equal((HealthStatus.Healthy, "the SDK's default chain"), (entry.Status, entry.Data["role"]));
    }

    private static async Task<HealthReportEntry> EntryAsync(IServiceProvider container, string name = "irsa") =>
        (await container.GetRequiredService<HealthCheckService>().CheckHealthAsync(Cancel)).Entries[name];

    private void Reports(IrsaOptions options)
    {
        _aws.Configure(options);
        options.RoleArn = Second;
        options.TimeProvider = _time;
    }
}
