namespace Irsa.Credentials;

/// <summary>The names under which OpenTelemetry finds this library's metrics and traces.</summary>
/// <remarks>
/// In a container with an <see cref="System.Diagnostics.Metrics.IMeterFactory"/>, which <c>AddMetrics</c> and every host register, that factory
/// makes the meter: a <c>MetricCollector</c> with the container's factory sees the metrics of this container only. Providers that are made without a
/// container share one meter in the process. Listeners find both by the name.
/// </remarks>
public static class IrsaTelemetry
{
    /// <summary>The meter: <c>metrics.AddMeter(IrsaTelemetry.MeterName)</c>.</summary>
    public const string MeterName = "Irsa.Credentials";

    /// <summary>The activity source: <c>tracing.AddSource(IrsaTelemetry.ActivitySourceName)</c>.</summary>
    public const string ActivitySourceName = "Irsa.Credentials";

    /// <summary>Histogram, seconds: how long an exchange took, by <c>irsa.role</c> and, where it failed, <c>error.type</c> (the id).</summary>
    public const string RefreshDuration = "irsa.credentials.refresh.duration";

    /// <summary>Gauge: failed exchanges since the last success, by <c>irsa.role</c> and, for a named identity, <c>irsa.credentials.name</c>.</summary>
    public const string FailuresInARow = "irsa.credentials.refresh.failures_in_a_row";

    /// <summary>Gauge, seconds: the life that the current credentials have left, by <c>irsa.role</c> and, for a named identity, <c>irsa.credentials.name</c>; absent while there are none.</summary>
    public const string ExpiresIn = "irsa.credentials.expires_in";
}
