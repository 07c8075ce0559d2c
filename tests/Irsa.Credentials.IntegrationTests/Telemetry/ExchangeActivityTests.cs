using System.Collections.Concurrent;
using System.Diagnostics;
using Irsa.Credentials.Testing;

namespace Irsa.Credentials.IntegrationTests.Telemetry;

/// <summary>One span for each exchange, found by the source's name as OpenTelemetry finds it.</summary>
public sealed class ExchangeActivityTests : IAsyncLifetime, IDisposable
{
    private const string Role = "arn:aws:iam::111122223333:role/traced";

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

    private Activity[] ExchangesOfRole => [.. _stopped.Where(static activity => Equals(activity.GetTagItem("role"), Role))];

    public async ValueTask InitializeAsync() => _aws = await LocalAws.StartAsync(static options => options.RoleArn = Role, Cancel);

    public ValueTask DisposeAsync() => _aws.DisposeAsync();

    public void Dispose() => _listener.Dispose();

    [Fact]
    public async Task A_success_is_one_span_with_role_region_and_outcome_and_a_cached_answer_has_no_span()
    {
        await using var credentials = Create();

        await credentials.GetCredentialsAsync(Cancel);
        await credentials.GetCredentialsAsync(Cancel);

        var span = Assert.Single(ExchangesOfRole);
        Assert.Equal(("AssumeRoleWithWebIdentity", ActivityKind.Client, ActivityStatusCode.Unset), (span.OperationName, span.Kind, span.Status));
        Assert.Equal(("eu-central-1", "success", 1), (span.GetTagItem("cloud.region"), span.GetTagItem("outcome"), span.GetTagItem("attempts")));
        Assert.Null(span.GetTagItem("error.type"));
    }

    [Fact]
    public async Task A_failure_is_an_error_span_with_its_id_and_the_number_of_calls()
    {
        _aws.Sts.Faults.Next(Fault.Throttle());
        _aws.Sts.Faults.Always(StsFault.RegionDisabled());
        await using var credentials = Create();

        await Assert.ThrowsAsync<IrsaException>(() => credentials.GetCredentialsAsync(Cancel));

        var span = Assert.Single(ExchangesOfRole);
        Assert.Equal((ActivityStatusCode.Error, "IRSA309", "failure", 2), (span.Status, span.GetTagItem("error.type"), span.GetTagItem("outcome"), span.GetTagItem("attempts")));
        Assert.StartsWith("IRSA309: ", span.StatusDescription, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_file_that_cannot_be_used_is_an_error_span_without_a_call()
    {
        _aws.Tokens.Write("no token");
        await using var credentials = Create();

        await Assert.ThrowsAsync<IrsaException>(() => credentials.GetCredentialsAsync(Cancel));

        Assert.Equal(("IRSA205", 0), (Assert.Single(ExchangesOfRole).GetTagItem("error.type"), Assert.Single(ExchangesOfRole).GetTagItem("attempts")));
    }

    private WebIdentityTokenCredentials Create()
    {
        var options = new IrsaOptions();
        _aws.Configure(options);
        return new WebIdentityTokenCredentials(options);
    }
}
