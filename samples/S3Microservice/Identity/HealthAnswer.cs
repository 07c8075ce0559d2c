using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace S3Microservice.Identity;

/// <summary>The health report as JSON: the check's own words and data, no exception.</summary>
internal static class HealthAnswer
{
    public static Task WriteAsync(HttpContext context, HealthReport report)
    {
        var checks = report.Entries.ToDictionary(
            static entry => entry.Key,
            static entry => new CheckAnswer(
                entry.Value.Status.ToString(),
                entry.Value.Description,
                entry.Value.Data.ToDictionary(static item => item.Key, static item => Convert.ToString(item.Value, System.Globalization.CultureInfo.InvariantCulture))));
        return context.Response.WriteAsJsonAsync(new ReadyAnswer(report.Status.ToString(), checks), SampleJson.Default.ReadyAnswer);
    }
}

internal sealed record ReadyAnswer(string Status, Dictionary<string, CheckAnswer> Checks);

internal sealed record CheckAnswer(string Status, string? Description, Dictionary<string, string?> Data);
