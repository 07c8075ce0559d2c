using System.IO.Enumeration;

namespace Irsa.Credentials.Trust;

/// <summary>
/// IAM's operators for text, with their prefixes and suffix
/// (<see href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html"/>).
/// </summary>
internal sealed record ConditionOperator(string Name, bool IsNegated, bool TakesWildcards, bool IgnoresCase, bool HoldsWithoutKey)
{
    /// <summary>Not for text: asks whether there is a key.</summary>
    public const string Null = "Null";

    private const string IfExists = "IfExists";
    private const string ForAll = "ForAllValues:";
    private const string ForAny = "ForAnyValue:";

    /// <summary>The operator; null when it is not one for text.</summary>
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

        // Without the key there is no value, so that all of none fit and not any of them does, IfExists or not.
        ConditionOperator Of(bool negated, bool wildcards, bool ignoresCase) =>
            new(name, negated, wildcards, ignoresCase, forAll || (!forAny && (optional || negated)));
    }

    public static bool Like(string pattern, string value) => FileSystemName.MatchesSimpleExpression(pattern, value, ignoreCase: false);

    /// <summary>Null where it depends on a policy variable (<c>${aws:username}</c>), whose value the token does not tell.</summary>
    public bool? Holds(string value, string[] allowed) =>
        allowed.Any(one => Matches(one, value)) ? !IsNegated
        : Array.Exists(allowed, static one => one.Contains("${", StringComparison.Ordinal)) ? null
        : IsNegated;

    private bool Matches(string one, string value) =>
        TakesWildcards ? Like(one, value) : one.Equals(value, IgnoresCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal);
}
