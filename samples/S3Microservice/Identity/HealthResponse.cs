using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace S3Microservice.Identity;

/// <summary>The health report as JSON: the check's own words and data, no exception.</summary>
internal static class HealthResponse
{
    public static Task WriteAsync(HttpContext context, HealthReport report)
    {
        var checks = report.Entries.ToDictionary(
            static entry => entry.Key,
            static entry => new CheckResponse(
                entry.Value.Status.ToString(),
                entry.Value.Description,
                entry.Value.Data.ToDictionary(static item => item.Key, static item => Convert.ToString(item.Value, System.Globalization.CultureInfo.InvariantCulture))));
        return context.Response.WriteAsJsonAsync(new ReadyResponse(report.Status.ToString(), checks), SampleJson.Default.ReadyResponse);
    }
}

internal sealed record ReadyResponse(string Status, Dictionary<string, CheckResponse> Checks);

internal sealed record CheckResponse(string Status, string? Description, Dictionary<string, string?> Data);
