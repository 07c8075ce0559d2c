using System.Globalization;

namespace Irsa.Credentials.Trust;

/// <summary>A condition on the time of the call: <c>aws:CurrentTime</c> or <c>aws:EpochTime</c> under one of IAM's date operators.</summary>
internal static class DateCondition
{
    /// <summary>Whether the condition holds now; null if it is not about the time of the call or its date cannot be read.</summary>
    public static bool? Holds(string operatorName, string key, string[] values, DateTimeOffset now)
    {
        if (!key.Equals("aws:CurrentTime", StringComparison.OrdinalIgnoreCase) && !key.Equals("aws:EpochTime", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var name = operatorName.EndsWith("IfExists", StringComparison.OrdinalIgnoreCase) ? operatorName[..^"IfExists".Length] : operatorName;
        var results = values.Select(value => Parse(value) is { } date ? Compare(name, now, date) : null).ToList();
        return results.Contains(null) || results.Count == 0 ? null : results.Contains(true);
    }

    private static bool? Compare(string name, DateTimeOffset now, DateTimeOffset date) => name.ToUpperInvariant() switch
    {
        "DATELESSTHAN" or "NUMERICLESSTHAN" => now < date,
        "DATELESSTHANEQUALS" or "NUMERICLESSTHANEQUALS" => now <= date,
        "DATEGREATERTHAN" or "NUMERICGREATERTHAN" => now > date,
        "DATEGREATERTHANEQUALS" or "NUMERICGREATERTHANEQUALS" => now >= date,
        _ => null,
    };

    /// <summary>ISO 8601, or seconds since 1970.</summary>
    private static DateTimeOffset? Parse(string value) =>
        long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds() ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null
            : DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date) ? date : null;
}
