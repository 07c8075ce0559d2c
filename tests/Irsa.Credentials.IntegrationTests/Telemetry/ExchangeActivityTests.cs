using System.Collections.Concurrent;
using System.Diagnostics;
using Irsa.Credentials.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Irsa.Credentials.IntegrationTests.Telemetry;

/// <summary>One span for each exchange, found by the source's name as OpenTelemetry finds it.</summary>
public sealed class ExchangeActivityTests : IAsyncLifetime, IDisposable
{
    private const string Role = "arn:aws:iam::111122223333:role/traced";
    private const string Second = "arn:aws:iam::999922223333:role/traced-second";

    private readonly ConcurrentQueue<Activity> _stopped = [];
    private readonly ActivityListener _listener;
    private LocalAws _aws = null!;

    public ExchangeActivityTests()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == "Irsa.Credentials",
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _stopped.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private Activity[] ExchangesOfRole => [.. _stopped.Where(static activity => Equals(activity.GetTagItem("irsa.role"), Role))];

    public async ValueTask InitializeAsync() => _aws = await LocalAws.StartAsync(static options => options.RoleArn = Role, Cancel);

    public ValueTask DisposeAsync() => _aws.DisposeAsync();

    public void Dispose() => _listener.Dispose();

    [Fact]
    public async Task A_success_is_one_span_with_role_and_region_and_a_cached_answer_has_no_span()
    {
        await using var credentials = Create();

        await credentials.GetCredentialsAsync(Cancel);
        await credentials.GetCredentialsAsync(Cancel);

        var span = Assert.Single(ExchangesOfRole);
        Assert.Equal(("STS.AssumeRoleWithWebIdentity", ActivityKind.Client, ActivityStatusCode.Unset), (span.OperationName, span.Kind, span.Status));
        Assert.Equal(
            [("cloud.region", "eu-central-1"), ("irsa.exchange.attempts", 1), ("irsa.role", Role), ("rpc.method", "AssumeRoleWithWebIdentity"), ("rpc.service", "STS"), ("rpc.system", "aws-api")],
            span.TagObjects.Select(static tag => (tag.Key, tag.Value)).OrderBy(static tag => tag.Key, StringComparer.Ordinal));
        Assert.Equal(typeof(IrsaTelemetry).Assembly.GetName().Version!.ToString(3), span.Source.Version);
    }

    [Fact]
    public async Task A_failure_is_an_error_span_with_its_id_and_the_number_of_calls()
    {
        _aws.Sts.Faults.Next(Fault.Throttle());
        _aws.Sts.Faults.Always(StsFault.RegionDisabled());
        await using var credentials = Create();

        var thrown = await Assert.ThrowsAsync<IrsaException>(() => credentials.GetCredentialsAsync(Cancel));

        var span = Assert.Single(ExchangesOfRole);
        Assert.Equal((ActivityStatusCode.Error, "IRSA309", 2), (span.Status, span.GetTagItem("error.type"), span.GetTagItem("irsa.exchange.attempts")));
        Assert.Equal(thrown.RequestId, span.GetTagItem("aws.request_id"));
        Assert.StartsWith("IRSA309: ", span.StatusDescription, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_file_that_cannot_be_used_is_an_error_span_without_a_call()
    {
        _aws.Tokens.Write("no token");
        await using var credentials = Create();

        await Assert.ThrowsAsync<IrsaException>(() => credentials.GetCredentialsAsync(Cancel));

        Assert.Equal(("IRSA205", 0), (Assert.Single(ExchangesOfRole).GetTagItem("error.type"), Assert.Single(ExchangesOfRole).GetTagItem("irsa.exchange.attempts")));
    }

    [Fact]
    public async Task The_second_role_and_the_endpoint_of_a_container_have_spans_of_their_own()
    {
        _aws.Sts.AddRole(Second, $$"""{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"{{Role}}"},"Action":"sts:AssumeRole"}]}""");
        var options = new IrsaOptions { AssumeRole = new AssumeRoleOptions { RoleArn = Second } };
        _aws.Configure(options);
        await using var chained = new WebIdentityTokenCredentials(options);
        await chained.GetCredentialsAsync(Cancel);
        var services = new ServiceCollection();
        services.AddIrsaAws(_aws.ConfigurePodIdentity);
        await using var container = services.BuildServiceProvider();
        await container.GetRequiredService<WebIdentityTokenCredentials>().GetCredentialsAsync(Cancel);

        var second = Assert.Single(_stopped, static span => Equals(span.GetTagItem("irsa.role"), Second));
        Assert.Equal(("STS.AssumeRole", "AssumeRole"), (second.OperationName, second.GetTagItem("rpc.method")));

        // Other tests ask an agent too, and the span does not say which.
        Assert.Contains(_stopped, static span => span.OperationName == "GetContainerCredentials" && Equals(span.GetTagItem("irsa.role"), "EKS Pod Identity") && span.GetTagItem("rpc.system") is null);
    }

    [Fact]
    public async Task What_a_sampler_decides_by_is_there_at_its_creation()
    {
        var offered = new ConcurrentQueue<string[]>();
        using var sampler = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == IrsaTelemetry.ActivitySourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> creation) =>
            {
                offered.Enqueue([.. creation.Tags!.Select(static tag => tag.Key)]);
                return ActivitySamplingResult.None;
            },
        };
        ActivitySource.AddActivityListener(sampler);
        await using var credentials = Create();

        await credentials.GetCredentialsAsync(Cancel);

        Assert.Contains(offered, static tags => tags.Contains("rpc.system") && tags.Contains("cloud.region") && tags.Contains("irsa.role"));
    }

    private WebIdentityTokenCredentials Create()
    {
        var options = new IrsaOptions();
        _aws.Configure(options);
        return new WebIdentityTokenCredentials(options);
    }
}
