using System.Globalization;

namespace Irsa.Credentials.Trust;

/// <summary>Says how the value of a condition differs from the token's claim, by the usual mistakes.</summary>
internal static class ClaimDifference
{
    private const string Prefix = "system:serviceaccount:";

    public static string Explain(string found, string expected) => found switch
    {
        _ when found.Trim() == expected => "The value has white space around it.",
        _ when found.Equals(expected, StringComparison.OrdinalIgnoreCase) => "The value differs in upper and lower case.",
        _ when expected.StartsWith(Prefix, StringComparison.Ordinal) => Subject(found, expected),
        _ when found.StartsWith(Prefix, StringComparison.Ordinal) => "The value of :aud is a subject, which belongs under :sub.",
        "sts.amazonaws.com.cn" => "The audience does not end in .cn, not even in China.",
        _ when found.Contains("://", StringComparison.Ordinal) => "The audience is not a URL.",
        _ => "The token has another audience.",
    };

    private static string Subject(string found, string expected)
    {
        if (found.Split(':') is not ["system", "serviceaccount", var space, var account])
        {
            return string.Create(CultureInfo.InvariantCulture, $"A subject has the form {Prefix}NAMESPACE:NAME, and this value does not.");
        }

        var parts = expected.Split(':');
        var wild = found.Contains('*', StringComparison.Ordinal) || found.Contains('?', StringComparison.Ordinal);
        return (Fits(space, parts[2], wild), Fits(account, parts[^1], wild)) switch
        {
            (false, false) when space == parts[^1] && account == parts[2] => "Namespace and service account are swapped.",
            (false, false) => $"It names the service account {account} in the namespace {space}; the token belongs to {parts[^1]} in {parts[2]}.",
            (false, true) => $"It names the namespace {space}; the token belongs to the namespace {parts[2]}.",
            (true, false) => $"It names the service account {account}; the token belongs to the service account {parts[^1]}.",
            _ => "The pattern does not match the token's subject.",
        };
    }

    private static bool Fits(string found, string expected, bool wild) => wild ? ConditionOperator.Like(found, expected) : found == expected;
}
