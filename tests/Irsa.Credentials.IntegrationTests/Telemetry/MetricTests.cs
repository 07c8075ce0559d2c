using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Irsa.Credentials.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Irsa.Credentials.IntegrationTests.Telemetry;

/// <summary>What a meter listener, as OpenTelemetry is one, sees of an identity.</summary>
public sealed class MetricTests : IAsyncLifetime, IDisposable
{
    /// <summary>One of its own: the meter is the whole process's, and hears of an earlier test's exchange after that test's end.</summary>
    private readonly string _role = $"arn:aws:iam::111122223333:role/{Guid.NewGuid():N}";
    private readonly ConcurrentQueue<(Instrument Instrument, double Value, Dictionary<string, object?> Tags)> _seen = [];
    private readonly MeterListener _listener = new();
    private LocalAws _aws = null!;

    public MetricTests()
    {
        _listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Meter.Name == "Irsa.Credentials")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => _seen.Enqueue((instrument, value, tags.ToArray().ToDictionary())));
        _listener.Start();
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _aws = await LocalAws.StartAsync(options => options.RoleArn = _role, Cancel);

    public ValueTask DisposeAsync() => _aws.DisposeAsync();

    public void Dispose() => _listener.Dispose();

    [Fact(Timeout = 300_000)]
    public async Task A_success_is_measured_in_seconds_and_so_is_the_life_that_is_left()
    {
        await using var credentials = Create();
        await credentials.GetCredentialsAsync(TestContext.Current.CancellationToken);

        var (instrument, seconds, tags) = await DurationAsync();
        _listener.RecordObservableInstruments();

        Assert.Equal("s", instrument.Unit);
        Assert.Equal(["irsa.role"], tags.Keys);
        Assert.InRange(seconds, 0, 30);
        Assert.InRange(Assert.Single(Of("irsa.credentials.expires_in")).Value, 3500, 3600);
        Assert.Equal(0, Assert.Single(Of("irsa.credentials.refresh.failures_in_a_row")).Value);
    }

    [Fact(Timeout = 300_000)]
    public async Task A_failure_has_its_id_as_error_type_and_leaves_no_life()
    {
        _aws.Sts.Faults.Always(StsFault.RegionDisabled());
        await using var credentials = Create();
        await Assert.ThrowsAsync<IrsaException>(() => credentials.GetCredentialsAsync(TestContext.Current.CancellationToken));

        var (_, _, tags) = await DurationAsync();
        _listener.RecordObservableInstruments();

        Assert.Equal("IRSA309", tags["error.type"]);
        Assert.Empty(Of("irsa.credentials.expires_in"));
        Assert.Equal(1, Assert.Single(Of("irsa.credentials.refresh.failures_in_a_row")).Value);
    }

    [Fact(Timeout = 300_000)]
    public async Task Two_identities_of_one_role_are_two_points()
    {
        var services = new ServiceCollection();
        services.AddIrsaAws(_aws.Configure);
        services.AddIrsaAws("reports", _aws.Configure);
        await using var container = services.BuildServiceProvider();
        await container.GetRequiredService<WebIdentityTokenCredentials>().GetCredentialsAsync(Cancel);
        await container.GetRequiredKeyedService<WebIdentityTokenCredentials>("reports").GetCredentialsAsync(TestContext.Current.CancellationToken);

        _listener.RecordObservableInstruments();

        Assert.Equal([null, "reports"], Of("irsa.credentials.expires_in").Select(static point => point.Tags.GetValueOrDefault("irsa.credentials.name")));
    }

#if NET9_0_OR_GREATER
    [Fact(Timeout = 300_000)]
    public async Task The_histogram_asks_for_boundaries_below_a_second_and_up_to_the_budget()
    {
        await using var credentials = Create();
        await credentials.GetCredentialsAsync(TestContext.Current.CancellationToken);

        var boundaries = ((Histogram<double>)(await DurationAsync()).Instrument).Advice?.HistogramBucketBoundaries;

        Assert.NotNull(boundaries);
        Assert.Equal((0.01, 20), (boundaries[0], boundaries[^1]));
    }
#endif

    private IEnumerable<(Instrument Instrument, double Value, Dictionary<string, object?> Tags)> Of(string instrument) =>
        _seen.Where(seen => seen.Instrument.Name == instrument && Equals(seen.Tags["irsa.role"], _role));

    /// <summary>The callers are told before the meter is.</summary>
    private async Task<(Instrument Instrument, double Value, Dictionary<string, object?> Tags)> DurationAsync()
    {
        await Eventually.IsTrueAsync(() => Of("irsa.credentials.refresh.duration").Any(), Cancel);

        return Assert.Single(Of("irsa.credentials.refresh.duration"));
    }

    private WebIdentityTokenCredentials Create()
    {
        var options = new IrsaOptions();
        _aws.Configure(options);
        return new WebIdentityTokenCredentials(options);
    }
}
