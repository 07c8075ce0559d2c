using System.Globalization;
using Irsa.Credentials.Tokens;

namespace Irsa.Credentials.Failures;

/// <summary>Times as a person says them.</summary>
internal static class DurationText
{
    public static string Life(TokenClaims claims, DateTimeOffset now) => claims.Expiration is { } expires
        ? string.Create(CultureInfo.InvariantCulture, $"{(claims.IssuedAt is { } issued ? $"issued {Relative(issued, now)}, " : string.Empty)}{(expires > now ? "expires" : "expired")} {Relative(expires, now)} at {expires:u}")
        : "it does not say when it expires";

    public static string Relative(DateTimeOffset time, DateTimeOffset now) => time > now ? $"in {Span(time - now)}" : $"{Span(now - time)} ago";

    public static string Span(TimeSpan span) => span switch
    {
        { TotalDays: >= 2 } => string.Create(CultureInfo.InvariantCulture, $"{span.TotalDays:0} days"),
        { TotalHours: >= 2 } => string.Create(CultureInfo.InvariantCulture, $"{span.TotalHours:0} hours"),
        { TotalMinutes: >= 2 } => string.Create(CultureInfo.InvariantCulture, $"{span.TotalMinutes:0} minutes"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0} s"),
    };
}
