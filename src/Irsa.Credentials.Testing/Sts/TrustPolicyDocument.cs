using System.Text.Json;
using System.Text.RegularExpressions;

namespace Irsa.Credentials.Testing;

/// <summary>
/// The trust policy of a role, evaluated as IAM does: a Deny statement that matches refuses, otherwise an Allow statement that matches
/// grants. Unknown elements are refused: if they were ignored, a test could pass that fails at AWS.
/// </summary>
internal sealed class TrustPolicyDocument
{
    private const string AnyValue = "ForAnyValue:";
    private const string IfExists = "IfExists";

    private readonly IReadOnlyList<JsonElement> _statements;

    private TrustPolicyDocument(IReadOnlyList<JsonElement> statements) => _statements = statements;

    /// <exception cref="ArgumentException">The text is not a trust policy, or has elements that are not evaluated; the message names them.</exception>
    public static TrustPolicyDocument Parse(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            RequireText(document.RootElement);
            Require(document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("Statement", out _), "it has no Statement");
            var statements = Items(document.RootElement.GetProperty("Statement").Clone());
            foreach (var statement in statements)
            {
                Validate(statement);
            }

            return new TrustPolicyDocument(statements);
        }
        catch (JsonException malformed)
        {
            throw new ArgumentException("The trust policy is not JSON: " + malformed.Message, nameof(json), malformed);
        }
    }

    /// <summary>Half of a surrogate pair, as <c>\ud800</c>, is JSON but no text; a string that holds one cannot be read.</summary>
    private static void RequireText(JsonElement element)
    {
        try
        {
            switch (element.ValueKind)
            {
                case JsonValueKind.String:
                    _ = element.GetString();
                    break;
                case JsonValueKind.Array:
                    element.EnumerateArray().ToList().ForEach(RequireText);
                    break;
                case JsonValueKind.Object:
                    foreach (var property in element.EnumerateObject())
                    {
                        _ = property.Name;
                        RequireText(property.Value);
                    }

                    break;
            }
        }
        catch (InvalidOperationException)
        {
            throw new ArgumentException("The trust policy holds an escape that is half of a character.");
        }
    }

    /// <param name="action">The action, such as <c>sts:AssumeRole</c>.</param>
    /// <param name="principalKind">The kind of principal, <c>Federated</c> or <c>AWS</c>.</param>
    /// <param name="principals">The names by which the policy may allow the caller.</param>
    /// <param name="keys">The condition keys of the request with their values.</param>
    public bool Allows(string action, string principalKind, IReadOnlyList<string> principals, IReadOnlyDictionary<string, IReadOnlyList<string>> keys)
    {
        var effects = _statements
            .Where(statement => Texts(statement, "Action").Any(pattern => Matches(action, pattern, ignoreCase: true))
                && HasPrincipal(statement, principalKind, principals)
                && (!statement.TryGetProperty("Condition", out var condition) || condition.EnumerateObject().All(test => IsMet(test, keys))))
            .Select(static statement => statement.GetProperty("Effect").GetString())
            .ToList();
        return effects.Contains("Allow") && !effects.Contains("Deny");
    }

    private static void Validate(JsonElement statement)
    {
        Require(statement.ValueKind == JsonValueKind.Object, "a statement is not an object");
        foreach (var member in statement.EnumerateObject())
        {
            Require(member.Name is "Sid" or "Effect" or "Principal" or "Action" or "Condition", $"{member.Name} is not evaluated by LocalAws");
        }

        Require(statement.TryGetProperty("Effect", out var effect) && effect.ToString() is "Allow" or "Deny", "Effect is neither Allow nor Deny");
        Require(statement.TryGetProperty("Action", out _), "a statement has no Action");
        Require(
            statement.TryGetProperty("Principal", out var principal) && (principal.ValueKind == JsonValueKind.Object || principal.ToString() == "*"),
            "a statement has no Principal");
        if (statement.TryGetProperty("Condition", out var condition))
        {
            Require(condition.ValueKind == JsonValueKind.Object, "Condition is not an object");
            foreach (var test in condition.EnumerateObject())
            {
                Require(test.Value.ValueKind == JsonValueKind.Object, $"{test.Name} is not an object");
                Require(Comparison(test.Name) is not null, $"the operator {test.Name} is not evaluated by LocalAws");
                foreach (var key in test.Value.EnumerateObject())
                {
                    Require(ConditionKeys.IsKnown(key.Name), $"the condition key {key.Name} is not evaluated by LocalAws");
                    Require(Items(key.Value).All(static value => !value.ToString().Contains("${", StringComparison.Ordinal)), "policy variables are not evaluated by LocalAws");
                }
            }
        }
    }

    private static void Require(bool isValid, string error)
    {
        if (!isValid)
        {
            throw new ArgumentException($"The trust policy cannot be used: {error}.");
        }
    }

    private static bool HasPrincipal(JsonElement statement, string kind, IReadOnlyList<string> principals)
    {
        var principal = statement.GetProperty("Principal");
        return principal.ValueKind == JsonValueKind.String
            || Texts(principal, kind).Any(named => named == "*" || principals.Contains(named, StringComparer.Ordinal));
    }

    /// <summary>Returns the comparison of a value of the request with one of the policy; null if the operator is unknown.</summary>
    private static Func<string, string, bool>? Comparison(string test)
    {
        var anyValue = test.StartsWith(AnyValue, StringComparison.Ordinal);
        var name = anyValue ? test[AnyValue.Length..] : test;
        return (name.EndsWith(IfExists, StringComparison.Ordinal) ? name[..^IfExists.Length] : name) switch
        {
            "StringNotEquals" or "StringNotLike" or "StringNotEqualsIgnoreCase" when anyValue => null,
            "StringEquals" or "StringNotEquals" => static (value, pattern) => value == pattern,
            "StringEqualsIgnoreCase" or "StringNotEqualsIgnoreCase" => static (value, pattern) => value.Equals(pattern, StringComparison.OrdinalIgnoreCase),
            "StringLike" or "StringNotLike" or "ArnLike" or "ArnEquals" => static (value, pattern) => Matches(value, pattern, ignoreCase: false),
            _ => null,
        };
    }

    private static bool IsMet(JsonProperty test, IReadOnlyDictionary<string, IReadOnlyList<string>> keys) => test.Value.EnumerateObject().All(condition =>
    {
        var compare = Comparison(test.Name)!;
        if (!keys.TryGetValue(condition.Name, out var values))
        {
            return test.Name.EndsWith(IfExists, StringComparison.Ordinal) || IsNegative(test.Name);
        }

        var wanted = Items(condition.Value).Select(static item => item.ToString()).ToList();
        return values.Any(value => wanted.Exists(pattern => compare(value, pattern))) != IsNegative(test.Name);
    });

    private static bool IsNegative(string test) => test.StartsWith("StringNot", StringComparison.Ordinal);

    private static IEnumerable<string> Texts(JsonElement of, string name) =>
        of.TryGetProperty(name, out var member) ? Items(member).Select(static item => item.ToString()) : [];

    private static JsonElement[] Items(JsonElement oneOrMany) =>
        oneOrMany.ValueKind == JsonValueKind.Array ? [.. oneOrMany.EnumerateArray()] : [oneOrMany];

    private static bool Matches(string value, string pattern, bool ignoreCase) => Regex.IsMatch(
        value,
        @"\A" + Regex.Escape(pattern).Replace(@"\*", ".*", StringComparison.Ordinal).Replace(@"\?", ".", StringComparison.Ordinal) + @"\z",
        RegexOptions.Singleline | (ignoreCase ? RegexOptions.IgnoreCase : RegexOptions.None));
}
