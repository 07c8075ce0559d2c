using System.Text.Json;
using System.Text.RegularExpressions;

namespace Irsa.Credentials.Testing;

/// <summary>
/// Evaluates a role's trust policy as IAM does: any denying statement refuses, else any allowing one grants. Knows the operators and keys
/// that trust policies for web identity and for chained roles use; an unknown one never matches.
/// </summary>
internal static class TrustPolicyDocument
{
    /// <param name="policyJson">The document.</param>
    /// <param name="action">Such as <c>sts:AssumeRole</c>.</param>
    /// <param name="principalKind"><c>Federated</c> or <c>AWS</c>.</param>
    /// <param name="principals">The names under which the caller may appear.</param>
    /// <param name="keys">Condition keys, lower case, with their values.</param>
    public static bool Allows(
        string policyJson,
        string action,
        string principalKind,
        IReadOnlyList<string> principals,
        IReadOnlyDictionary<string, IReadOnlyList<string>> keys)
    {
        using var document = JsonDocument.Parse(policyJson);
        var matching = Items(document.RootElement.GetProperty("Statement"))
            .Where(statement => Matches(statement, action, principalKind, principals, keys))
            .Select(static statement => statement.GetProperty("Effect").GetString())
            .ToList();
        return matching.Contains("Allow") && !matching.Contains("Deny");
    }

    private static bool Matches(
        JsonElement statement,
        string action,
        string principalKind,
        IReadOnlyList<string> principals,
        IReadOnlyDictionary<string, IReadOnlyList<string>> keys) =>
        Texts(statement, "Action").Any(pattern => Like(action, pattern, ignoreCase: true))
        && HasPrincipal(statement, principalKind, principals)
        && (!statement.TryGetProperty("Condition", out var condition) || condition.EnumerateObject().All(test => Holds(test, keys)));

    private static bool HasPrincipal(JsonElement statement, string kind, IReadOnlyList<string> principals)
    {
        if (!statement.TryGetProperty("Principal", out var principal))
        {
            return false;
        }

        return principal.ValueKind == JsonValueKind.String
            ? principal.GetString() == "*"
            : Texts(principal, kind).Any(named => named == "*" || principals.Contains(named, StringComparer.Ordinal));
    }

    private static bool Holds(JsonProperty test, IReadOnlyDictionary<string, IReadOnlyList<string>> keys) => test.Value.EnumerateObject().All(condition =>
    {
        var has = keys.TryGetValue(condition.Name.ToLowerInvariant(), out var values);
        var wanted = Items(condition.Value).Select(static item => item.ToString()).ToList();
        bool Any(Func<string, string, bool> compare) => has && values!.Any(value => wanted.Any(pattern => compare(value, pattern)));
        return test.Name switch
        {
            "StringEquals" => Any(static (value, pattern) => value == pattern),
            "StringEqualsIgnoreCase" => Any(static (value, pattern) => value.Equals(pattern, StringComparison.OrdinalIgnoreCase)),
            "StringLike" or "ArnLike" => Any(static (value, pattern) => Like(value, pattern, ignoreCase: false)),
            "StringNotEquals" => !Any(static (value, pattern) => value == pattern),
            "StringNotLike" => !Any(static (value, pattern) => Like(value, pattern, ignoreCase: false)),
            _ => false,
        };
    });

    private static IEnumerable<string> Texts(JsonElement of, string name) =>
        of.TryGetProperty(name, out var member) ? Items(member).Select(static item => item.ToString()) : [];

    private static JsonElement[] Items(JsonElement oneOrMany) =>
        oneOrMany.ValueKind == JsonValueKind.Array ? [.. oneOrMany.EnumerateArray()] : [oneOrMany];

    private static bool Like(string value, string pattern, bool ignoreCase) => Regex.IsMatch(
        value,
        "^" + Regex.Escape(pattern).Replace(@"\*", ".*", StringComparison.Ordinal).Replace(@"\?", ".", StringComparison.Ordinal) + @"\z",
        RegexOptions.Singleline | (ignoreCase ? RegexOptions.IgnoreCase : RegexOptions.None));
}
