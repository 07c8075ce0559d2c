using System.Diagnostics.Metrics;
using Irsa.Credentials.Configuration;
using Irsa.Credentials.Sts;
using Irsa.Credentials.Telemetry;
using NSubstitute;

namespace Irsa.Credentials.Tests.Telemetry;

public sealed class InstrumentsTests
{
    [Fact]
    public void A_containers_factory_makes_one_meter_for_all_its_identities()
    {
        using var meter = new Meter(IrsaTelemetry.MeterName);
        var factory = FactoryOf(meter);
        var dependencies = new CredentialCacheDependencies(null, null, environment: new InjectedEnvironment(static _ => null)) { MeterFactory = factory };

        using var one = CredentialCacheFactory.Create(TestSettings.Create(), dependencies);
        using var other = CredentialCacheFactory.Create(TestSettings.Create(), dependencies);

        factory.Received(1).Create(Arg.Is<MeterOptions>(static options => options.Name == IrsaTelemetry.MeterName));
        Assert.Equal(2, Gauge(meter, IrsaTelemetry.FailuresInARow));
    }

    [Fact]
    public void Two_containers_do_not_see_each_others_identities_and_the_process_has_its_own()
    {
        using var meter = new Meter(IrsaTelemetry.MeterName);
        using var otherMeter = new Meter(IrsaTelemetry.MeterName);
        var environment = new InjectedEnvironment(static _ => null);

        using var one = CredentialCacheFactory.Create(TestSettings.Create(), new CredentialCacheDependencies(null, null, environment: environment) { MeterFactory = FactoryOf(meter) });
        using var other = CredentialCacheFactory.Create(TestSettings.Create(), new CredentialCacheDependencies(null, null, environment: environment) { MeterFactory = FactoryOf(otherMeter) });
        using var without = CredentialCacheFactory.Create(TestSettings.Create(), new CredentialCacheDependencies(null, null, environment: environment));

        Assert.Equal((1, 1), (Gauge(meter, IrsaTelemetry.FailuresInARow), Gauge(otherMeter, IrsaTelemetry.FailuresInARow)));
        Assert.Same(Instruments.For(null), Instruments.For(null));
    }

    private static IMeterFactory FactoryOf(Meter meter)
    {
        var factory = Substitute.For<IMeterFactory>();
        factory.Create(null!).ReturnsForAnyArgs(meter);
        return factory;
    }

    private static int Gauge(Meter meter, string name)
    {
        var points = 0;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                if (instrument.Meter == meter && instrument.Name == name)
                {
                    listening.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<double>((_, _, _, _) => points++);
        listener.Start();
        listener.RecordObservableInstruments();
        return points;
    }
}
