using System.Diagnostics;
using System.Diagnostics.Metrics;
using Irsa.Credentials.Refresh;

namespace Irsa.Credentials.Telemetry;

/// <summary>The meter and the activity source, one of each in a process, however many providers there are.</summary>
internal static class Instruments
{
    private static readonly Meter Meter = new(IrsaTelemetry.MeterName);
    private static readonly List<(WeakReference<CredentialCache> Weak, KeyValuePair<string, object?>[] Tags)> Caches = [];

    private static readonly Histogram<double> Duration = CreateDuration();

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

    /// <param name="cache">Observed until it is disposed.</param>
    /// <param name="name">Tells identities of one role apart; null or empty is no tag.</param>
    public static void Watch(CredentialCache cache, string? name)
    {
        var role = KeyValuePair.Create("role", (object?)cache.RoleArn);
        KeyValuePair<string, object?>[] tags = string.IsNullOrEmpty(name) ? [role] : [role, new("credentials.name", name)];
        lock (Caches)
        {
            Caches.RemoveAll(static watched => !watched.Weak.TryGetTarget(out var live) || live.IsDisposed);
            Caches.Add((new WeakReference<CredentialCache>(cache), tags));
        }
    }

    public static void Record(TimeSpan took, string roleArn, string? errorId)
    {
        var tags = new TagList { { "role", roleArn }, { "outcome", errorId is null ? "success" : "failure" } };
        if (errorId is not null)
        {
            tags.Add("error.type", errorId);
        }

        Duration.Record(took.TotalSeconds, tags);
    }

    private static Histogram<double> CreateDuration()
    {
        const string Description = "Duration of an exchange of the web identity token for credentials.";
#if NET9_0_OR_GREATER
        // OpenTelemetry's own boundaries are meant for milliseconds: nearly every exchange would fall below the second.
        return Meter.CreateHistogram(IrsaTelemetry.RefreshDuration, "s", Description, tags: null, new InstrumentAdvice<double>
        {
            HistogramBucketBoundaries = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20],
        });
#else
        return Meter.CreateHistogram<double>(IrsaTelemetry.RefreshDuration, "s", Description);
#endif
    }

    private static List<Measurement<double>> Observe(Func<CredentialCache, double?> read)
    {
        (WeakReference<CredentialCache> Weak, KeyValuePair<string, object?>[] Tags)[] watched;
        lock (Caches)
        {
            watched = [.. Caches];
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
}
