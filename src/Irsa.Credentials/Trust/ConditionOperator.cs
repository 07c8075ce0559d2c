using System.IO.Enumeration;

namespace Irsa.Credentials.Trust;

/// <summary>
/// One of IAM's string operators, with its prefix and suffix
/// (<see href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html"/>).
/// </summary>
internal sealed record ConditionOperator(string Name, bool IsNegated, bool TakesWildcards, bool IgnoresCase, bool HoldsWithoutKey)
{
    /// <summary>Not a string operator: it asks whether the key exists.</summary>
    public const string Null = "Null";

    private const string IfExists = "IfExists";
    private const string ForAll = "ForAllValues:";
    private const string ForAny = "ForAnyValue:";

    /// <summary>Parses an operator. Returns null if it is not a string operator.</summary>
    public static ConditionOperator? Parse(string name)
    {
        var forAll = name.StartsWith(ForAll, StringComparison.OrdinalIgnoreCase);
        var forAny = name.StartsWith(ForAny, StringComparison.OrdinalIgnoreCase);
        var start = forAll ? ForAll.Length : forAny ? ForAny.Length : 0;
        var optional = name.EndsWith(IfExists, StringComparison.OrdinalIgnoreCase);
        var plain = optional ? name[start..^IfExists.Length] : name[start..];
        return plain.ToUpperInvariant() switch
        {
            "STRINGEQUALS" => Of(false, false, false),
            "STRINGEQUALSIGNORECASE" => Of(false, false, true),
            "STRINGLIKE" => Of(false, true, false),
            "STRINGNOTEQUALS" => Of(true, false, false),
            "STRINGNOTEQUALSIGNORECASE" => Of(true, false, true),
            "STRINGNOTLIKE" => Of(true, true, false),
            _ => null,
        };

        // Without the key there is no value: ForAllValues holds, ForAnyValue does not, with or without IfExists.
        ConditionOperator Of(bool negated, bool wildcards, bool ignoresCase) =>
            new(name, negated, wildcards, ignoresCase, forAll || (!forAny && (optional || negated)));
    }

    public static bool Like(string pattern, string value) => FileSystemName.MatchesSimpleExpression(pattern, value, ignoreCase: false);

    /// <summary>Null if it depends on a policy variable (<c>${aws:username}</c>), whose value the token does not show.</summary>
    public bool? Holds(string value, string[] allowed) =>
        allowed.Any(one => Matches(one, value)) ? !IsNegated
        : Array.Exists(allowed, static one => one.Contains("${", StringComparison.Ordinal) && !TemplatePlaceholder.IsIn(one)) ? null
        : IsNegated;

    private bool Matches(string one, string value) =>
        TakesWildcards ? Like(one, value) : one.Equals(value, IgnoresCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal);
}
