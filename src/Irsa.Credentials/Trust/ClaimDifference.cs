using System.Globalization;

namespace Irsa.Credentials.Trust;

/// <summary>Says how the value of a condition differs from the token's claim, in the ways in which people get it wrong.</summary>
internal static class ClaimDifference
{
    private const string Prefix = "system:serviceaccount:";

    public static string Explain(string found, string expected) => found switch
    {
        _ when found.Trim() == expected => "The value has white space around it.",
        _ when found.Equals(expected, StringComparison.OrdinalIgnoreCase) => "The value differs in capitals.",
        _ when expected.StartsWith(Prefix, StringComparison.Ordinal) => Subject(found, expected),
        _ when found.StartsWith(Prefix, StringComparison.Ordinal) => "A subject stands under :aud; it belongs under :sub.",
        "sts.amazonaws.com.cn" => "The audience has no .cn, in China either.",
        _ when found.Contains("://", StringComparison.Ordinal) => "The audience is not an address.",
        _ => "The token's audience is another one.",
    };

    private static string Subject(string found, string expected)
    {
        if (found.Split(':') is not ["system", "serviceaccount", var space, var account])
        {
            return string.Create(CultureInfo.InvariantCulture, $"A subject is {Prefix}NAMESPACE:NAME, and this is not one.");
        }

        var parts = expected.Split(':');
        var wild = found.Contains('*', StringComparison.Ordinal) || found.Contains('?', StringComparison.Ordinal);
        return (Fits(space, parts[2], wild), Fits(account, parts[^1], wild)) switch
        {
            (false, false) when space == parts[^1] && account == parts[2] => "Namespace and service account are swapped.",
            (false, false) => $"It is for the namespace {space} and the service account {account}; the token is of {parts[^1]} in {parts[2]}.",
            (false, true) => $"It is for the namespace {space}; the token is of the namespace {parts[2]}.",
            (true, false) => $"It is for the service account {account}; the token is of the service account {parts[^1]}.",
            _ => "The pattern does not match the token's subject.",
        };
    }

    private static bool Fits(string found, string expected, bool wild) => wild ? ConditionOperator.Like(found, expected) : found == expected;
}
