using System.Reflection;
using System.Text.Encodings.Web;
using Irsa.Credentials;
using Microsoft.Extensions.Logging.Console;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace S3Microservice.Observability;

/// <summary>
/// Logs on the console; metrics for Prometheus at <c>/metrics</c>; and logs, metrics and traces by OTLP where the variable
/// <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> says where to. Without that variable no trace is made.
/// </summary>
internal static class ServiceTelemetry
{
    private const string FormatterSetting = "Logging:Console:FormatterName";

    /// <summary>What .NET's HTTP client counts beside the duration of requests: eight updates a request, which are half of what metrics cost here.</summary>
    private static readonly string[] NotMeasured =
    [
        "http.client.active_requests", "http.client.open_connections", "http.client.connection.duration", "http.client.request.time_in_queue",
    ];

    public static void AddServiceTelemetry(this WebApplicationBuilder builder)
    {
        builder.Logging.Configure(static options => options.ActivityTrackingOptions = ActivityTrackingOptions.TraceId | ActivityTrackingOptions.SpanId);
        AddConsole(builder);

        var hasCollector = !string.IsNullOrEmpty(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]);
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(static resource => resource
                .AddService(
                    serviceName: "s3-microservice",
                    serviceVersion: typeof(ServiceTelemetry).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion)

                // Once more, after the code's own values: OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES are whoever deploys it.
                .AddEnvironmentVariableDetector())
            .WithMetrics(static metrics => metrics
                .AddMeter(IrsaTelemetry.MeterName, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "Microsoft.AspNetCore.RateLimiting", "System.Net.Http", "System.Runtime")
                .AddView(static instrument => NotMeasured.Contains(instrument.Name) ? MetricStreamConfiguration.Drop : null)
                .AddPrometheusExporter());
        if (hasCollector)
        {
            telemetry
                .WithTracing(static traces => traces
                    .AddAspNetCoreInstrumentation(static requests => requests.Filter = static context => !context.IsProbe())
                    .AddSource(IrsaTelemetry.ActivitySourceName, "System.Net.Http"))
                .WithLogging(configureBuilder: null, static logs => logs.IncludeScopes = true)
                .UseOtlpExporter();
        }
    }

    /// <summary>Lets the first exchange be traced: it runs before the service of the host that would start the tracing.</summary>
    public static void StartTracing(this WebApplication app) => _ = app.Services.GetService<TracerProvider>();

    /// <summary>
    /// One JSON object a line in a cluster, lines for people elsewhere; the setting <c>Logging:Console:FormatterName</c> decides where it is
    /// present. The slim builder of ASP.NET Core does not read that setting.
    /// </summary>
    private static void AddConsole(WebApplicationBuilder builder)
    {
        var isInCluster = !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_HOST"));
        var formatter = builder.Configuration[FormatterSetting] ?? (isInCluster ? ConsoleFormatterNames.Json : ConsoleFormatterNames.Simple);
        if (formatter == ConsoleFormatterNames.Json)
        {
            builder.Logging.AddJsonConsole(static options =>
            {
                options.IncludeScopes = true;
                options.UseUtcTimestamp = true;
                options.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";

                // A log is no page: quotes and plus signs of an error text are kept readable.
                options.JsonWriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
            });
        }
        else
        {
            builder.Logging.AddConsole(options => options.FormatterName = formatter);
        }
    }
}
