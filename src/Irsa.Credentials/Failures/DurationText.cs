using System.Globalization;

namespace Irsa.Credentials.Failures;

/// <summary>Times as a person says them.</summary>
internal static class DurationText
{
    public static string Relative(DateTimeOffset time, DateTimeOffset now) => time > now ? $"in {Of(time - now)}" : $"{Of(now - time)} ago";

    /// <summary>The nearest whole number of a unit that gives at least two of it, for instance <c>90 minutes</c>; the sign is ignored.</summary>
    public static string Of(TimeSpan span) => span.Duration() switch
    {
        { TotalHours: >= 48 } days => Text(days.TotalDays, "day"),
        { TotalMinutes: >= 120 } hours => Text(hours.TotalHours, "hour"),
        { TotalSeconds: >= 120 } minutes => Text(minutes.TotalMinutes, "minute"),
        var seconds => Text(seconds.TotalSeconds, "second"),
    };

    private static string Text(double amount, string unit)
    {
        var rounded = Math.Round(amount, MidpointRounding.AwayFromZero);
        return string.Create(CultureInfo.InvariantCulture, $"{rounded:0} {unit}{(rounded == 1 ? string.Empty : "s")}");
    }
}
