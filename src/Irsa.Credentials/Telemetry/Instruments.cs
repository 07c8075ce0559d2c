using System.Diagnostics;
using System.Diagnostics.Metrics;
using Irsa.Credentials.Refresh;

namespace Irsa.Credentials.Telemetry;

/// <summary>The meter and the activity source, one of each in a process, however many providers there are.</summary>
internal static class Instruments
{
    private static readonly Meter Meter = new(IrsaTelemetry.MeterName);
    private static readonly List<WeakReference<CredentialCache>> Caches = [];

    private static readonly Histogram<double> Duration = Meter.CreateHistogram<double>(
        IrsaTelemetry.RefreshDuration, "s", "Duration of an exchange of the web identity token for credentials.");

    static Instruments()
    {
        Meter.CreateObservableGauge(
            IrsaTelemetry.FailuresInARow,
            static () => Observe(static cache => cache.Failures?.Count ?? 0),
            "{failure}",
            "Failed exchanges since the last success.");
        Meter.CreateObservableGauge(
            IrsaTelemetry.ExpiresIn,
            static () => Observe(static cache => cache.Current is { } held ? (held.ExpiresAt - cache.Clock.Milliseconds) / 1000.0 : null),
            "s",
            "Life that the current credentials have left.");
    }

    public static ActivitySource Activities { get; } = new(IrsaTelemetry.ActivitySourceName);

    public static void Watch(CredentialCache cache)
    {
        lock (Caches)
        {
            Caches.RemoveAll(static weak => !weak.TryGetTarget(out var live) || live.IsDisposed);
            Caches.Add(new WeakReference<CredentialCache>(cache));
        }
    }

    public static void Record(TimeSpan took, string roleArn, string? errorId)
    {
        var tags = new TagList { { "role", roleArn }, { "outcome", errorId is null ? "success" : "failure" } };
        if (errorId is not null)
        {
            tags.Add("error.id", errorId);
        }

        Duration.Record(took.TotalSeconds, tags);
    }

    private static List<Measurement<double>> Observe(Func<CredentialCache, double?> read)
    {
        CredentialCache[] live;
        lock (Caches)
        {
            live = [.. Caches.Select(static weak => weak.TryGetTarget(out var cache) && !cache.IsDisposed ? cache : null).OfType<CredentialCache>()];
        }

        var measurements = new List<Measurement<double>>(live.Length);
        foreach (var cache in live)
        {
            if (read(cache) is { } value)
            {
                measurements.Add(new Measurement<double>(value, new KeyValuePair<string, object?>("role", cache.RoleArn)));
            }
        }

        return measurements;
    }
}
