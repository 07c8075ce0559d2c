using System.Diagnostics.Metrics;
using Irsa.Credentials.Configuration;
using Irsa.Credentials.Sts;
using Irsa.Credentials.Telemetry;
using NSubstitute;

namespace Irsa.Credentials.Tests.Telemetry;

/// <summary>An identity that was made before the container moves to the container's log and meter.</summary>
public sealed class IdentityTelemetryTests : IDisposable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly Meter _before = new(IrsaTelemetry.MeterName);
    private readonly Meter _after = new(IrsaTelemetry.MeterName);
    private readonly RecordingLoggerFactory _log = new();

    public void Dispose()
    {
        _before.Dispose();
        _after.Dispose();
        _log.Dispose();
    }

    [Fact]
    public void Its_gauges_are_those_of_the_containers_meter_and_no_longer_of_its_own()
    {
        var parts = new CredentialCacheDependencies(null, null, environment: new InjectedEnvironment(static _ => null)) { MeterFactory = FactoryOf(_before), IsMadeByApplication = true };
        using var cache = CredentialCacheFactory.Create(TestSettings.Create(), parts);
        using var heard = Listen();
        Assert.Equal((1, 0), (heard.Gauges(_before), heard.Gauges(_after)));

        parts.Telemetry.MoveTo(_log, Instruments.For(FactoryOf(_after)), "name");

        Assert.Equal((0, 1), (heard.Gauges(_before), heard.Gauges(_after)));
    }

    [Theory]
    [InlineData(false, 2)]
    [InlineData(true, 0)]
    public void The_container_gets_the_durations_that_nobody_heard(bool isHeardBefore, int expected)
    {
        var telemetry = new IdentityTelemetry(null, Instruments.For(FactoryOf(_before)), name: null, isMadeByApplication: true);
        var after = Instruments.For(FactoryOf(_after));
        using (var own = isHeardBefore ? Listen() : null)
        {
            telemetry.Record(Second, "role", "IRSA301");
            telemetry.Record(Second, "role", errorId: null);
        }

        using var heard = Listen();
        telemetry.MoveTo(_log, after, name: null);
        Assert.Equal(expected, heard.Durations(_after));

        telemetry.Record(Second, "role", errorId: null);
        telemetry.MoveTo(_log, after, name: null);
        Assert.Equal(expected + 1, heard.Durations(_after));
    }

    [Fact]
    public void A_log_that_nobody_ever_takes_over_does_not_grow()
    {
        var held = new HeldLog(target: null);
        for (var i = 0; i < 100; i++)
        {
            held.TokenNotRotated($"line {i}");
        }

        held.Refreshed("role", 1, DateTimeOffset.UnixEpoch);
        held.MoveTo(_log);

        Assert.Equal(Enumerable.Range(0, 20).Select(static i => $"Warning line {i}"), _log.Lines);
    }

    private static IMeterFactory FactoryOf(Meter meter)
    {
        var factory = Substitute.For<IMeterFactory>();
        factory.Create(null!).ReturnsForAnyArgs(meter);
        return factory;
    }

    private Listener Listen() => new(_before, _after);

    private sealed class Listener : IDisposable
    {
        private readonly MeterListener _listener;
        private readonly List<Instrument> _measured = [];

        public Listener(params Meter[] meters)
        {
            _listener = new MeterListener
            {
                InstrumentPublished = (instrument, listening) =>
                {
                    if (meters.Contains(instrument.Meter))
                    {
                        listening.EnableMeasurementEvents(instrument);
                    }
                },
            };
            _listener.SetMeasurementEventCallback<double>((instrument, _, _, _) => _measured.Add(instrument));
            _listener.Start();
        }

        public int Durations(Meter meter) => _measured.Count(instrument => instrument.Meter == meter && instrument.Name == IrsaTelemetry.RefreshDuration);

        public int Gauges(Meter meter)
        {
            _measured.Clear();
            _listener.RecordObservableInstruments();
            return _measured.Count(instrument => instrument.Meter == meter && instrument.Name == IrsaTelemetry.FailuresInARow);
        }

        public void Dispose() => _listener.Dispose();
    }
}
