using System.IO.Enumeration;

namespace Irsa.Credentials.Trust;

/// <summary>IAM's operators for text, with their prefixes and suffix.</summary>
internal sealed record ConditionOperator(string Name, bool IsNegated, bool TakesWildcards, bool IgnoresCase, bool HoldsWithoutKey)
{
    private const string IfExists = "IfExists";
    private const string ForAll = "ForAllValues:";
    private const string ForAny = "ForAnyValue:";

    /// <summary>The operator; null when it is not one for text.</summary>
    public static ConditionOperator? Parse(string name)
    {
        var forAll = name.StartsWith(ForAll, StringComparison.OrdinalIgnoreCase);
        var start = forAll ? ForAll.Length : name.StartsWith(ForAny, StringComparison.OrdinalIgnoreCase) ? ForAny.Length : 0;
        var optional = name.EndsWith(IfExists, StringComparison.OrdinalIgnoreCase);
        var plain = optional ? name[start..^IfExists.Length] : name[start..];
        var missing = forAll || optional;
        return plain.ToUpperInvariant() switch
        {
            "STRINGEQUALS" => new(name, false, false, false, missing),
            "STRINGEQUALSIGNORECASE" => new(name, false, false, true, missing),
            "STRINGLIKE" => new(name, false, true, false, missing),
            "STRINGNOTEQUALS" => new(name, true, false, false, true),
            "STRINGNOTEQUALSIGNORECASE" => new(name, true, false, true, true),
            "STRINGNOTLIKE" => new(name, true, true, false, true),
            _ => null,
        };
    }

    public static bool Like(string pattern, string value) => FileSystemName.MatchesSimpleExpression(pattern, value, ignoreCase: false);

    public bool Holds(string value, string[] allowed) => allowed.Any(one => Matches(one, value)) != IsNegated;

    private bool Matches(string one, string value) =>
        TakesWildcards ? Like(one, value) : one.Equals(value, IgnoresCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal);
}
