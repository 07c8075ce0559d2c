using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Reflection;
using System.Runtime.CompilerServices;
using Irsa.Credentials.Refresh;

namespace Irsa.Credentials.Telemetry;

/// <summary>
/// The instruments of one meter. A container's meter factory has one meter for all identities of the container, so that a test or a host with
/// several containers can tell them apart. All providers without such a factory share the process's meter.
/// </summary>
internal sealed class Instruments
{
    private static readonly ConditionalWeakTable<IMeterFactory, Instruments> ByFactory = [];

    /// <summary>The package's, which is that of the instrumentation scope.</summary>
    private static readonly string? Version = typeof(Instruments).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0];

    private readonly List<(WeakReference<CredentialCache> Weak, KeyValuePair<string, object?>[] Tags)> _caches = [];
    private readonly Histogram<double> _duration;

    private Instruments(Meter meter)
    {
        _duration = CreateDuration(meter);
        meter.CreateObservableGauge(
            IrsaTelemetry.FailuresInARow,
            () => Observe(static cache => cache.Failures?.Count ?? 0),
            "{failure}",
            "Failed exchanges since the last success.");
        meter.CreateObservableGauge(
            IrsaTelemetry.ExpiresIn,
            () => Observe(static cache => cache.Current is { } held ? (held.ExpiresAt - cache.Clock.Milliseconds) / 1000.0 : null),
            "s",
            "Life that the current credentials have left.");
    }

    public static ActivitySource Activities { get; } = new(IrsaTelemetry.ActivitySourceName, Version);

    /// <summary>Gets a value indicating whether anybody listens to the durations.</summary>
    public bool IsHeard => _duration.Enabled;

    /// <param name="factory">A container's, which disposes the meter; null for the process's.</param>
    public static Instruments For(IMeterFactory? factory) =>
        factory is null ? ProcessMeter.Instruments : ByFactory.GetValue(factory, static made => new Instruments(made.Create(new MeterOptions(IrsaTelemetry.MeterName) { Version = Version })));

    /// <param name="cache">Observed until it is disposed.</param>
    /// <param name="name">Tells identities of one role apart; null or empty is no tag.</param>
    public void Watch(CredentialCache cache, string? name)
    {
        var role = KeyValuePair.Create(Tags.Role, (object?)cache.RoleArn);
        KeyValuePair<string, object?>[] tags = string.IsNullOrEmpty(name) ? [role] : [role, new(Tags.Name, name)];
        lock (_caches)
        {
            _caches.RemoveAll(static watched => !watched.Weak.TryGetTarget(out var live) || live.IsDisposed);
            _caches.Add((new WeakReference<CredentialCache>(cache), tags));
        }
    }

    public void Unwatch(CredentialCache cache)
    {
        lock (_caches)
        {
            _caches.RemoveAll(watched => !watched.Weak.TryGetTarget(out var live) || live == cache);
        }
    }

    public void Record(TimeSpan took, string roleArn, string? errorId)
    {
        var tags = new TagList { { Tags.Role, roleArn } };
        if (errorId is not null)
        {
            tags.Add(Tags.ErrorType, errorId);
        }

        _duration.Record(took.TotalSeconds, tags);
    }

    private static Histogram<double> CreateDuration(Meter meter)
    {
        const string Description = "Duration of an exchange of the web identity token for credentials.";
#if NET9_0_OR_GREATER
        // OpenTelemetry's own boundaries are meant for milliseconds: nearly every exchange would fall below the second.
        return meter.CreateHistogram(IrsaTelemetry.RefreshDuration, "s", Description, tags: null, new InstrumentAdvice<double>
        {
            HistogramBucketBoundaries = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20],
        });
#else
        return meter.CreateHistogram<double>(IrsaTelemetry.RefreshDuration, "s", Description);
#endif
    }

    private List<Measurement<double>> Observe(Func<CredentialCache, double?> read)
    {
        (WeakReference<CredentialCache> Weak, KeyValuePair<string, object?>[] Tags)[] watched;
        lock (_caches)
        {
            watched = [.. _caches];
        }

        var measurements = new List<Measurement<double>>(watched.Length);
        foreach (var (weak, tags) in watched)
        {
            if (weak.TryGetTarget(out var cache) && !cache.IsDisposed && read(cache) is { } value)
            {
                measurements.Add(new Measurement<double>(value, tags));
            }
        }

        return measurements;
    }

    /// <summary>Made at its first use, so that a process with only containers has no second meter of the name.</summary>
    private static class ProcessMeter
    {
        public static readonly Instruments Instruments = new(new Meter(IrsaTelemetry.MeterName, Version));
    }
}
