using System.Diagnostics;
using Microsoft.AspNetCore.Http.Features;

namespace S3Microservice.Observability;

/// <summary>What makes a request findable: an id in its answer, which its log records carry too, and on demand a record of its own.</summary>
internal static class RequestRecords
{
    private const string Header = "X-Request-Id";

    /// <summary>The trace id, which is the caller's where the request has a <c>traceparent</c>.</summary>
    public static string RequestIdOf(this HttpContext context) => Activity.Current?.TraceId.ToHexString() ?? context.TraceIdentifier;

    public static void SetRequestId(this HttpContext context) => context.Response.Headers[Header] = context.RequestIdOf();

    /// <summary>Whether the kubelet or Prometheus asks, several times a minute: such requests are neither logged nor traced.</summary>
    public static bool IsProbe(this HttpContext context) => context.Request.Path.StartsWithSegments("/health") || context.Request.Path.StartsWithSegments("/metrics");

    /// <summary>Logs each request but those of probes and scrapes, where the setting <c>AccessLog</c> is true.</summary>
    public static void UseAccessLog(this WebApplication app)
    {
        if (!app.Configuration.GetValue<bool>("AccessLog"))
        {
            return;
        }

        var time = app.Services.GetRequiredService<TimeProvider>();
        app.Use(async (context, next) =>
        {
            var started = time.GetTimestamp();
            try
            {
                await next(context);
            }
            finally
            {
                if (!context.IsProbe())
                {
                    // As it was sent: it can hold no line break.
                    var path = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Split('?', 2)[0];
                    app.Logger.Answered(context.Request.Method, path, context.Response.StatusCode, Math.Round(time.GetElapsedTime(started).TotalMilliseconds, 1));
                }
            }
        });
    }
}
