using System.Text.RegularExpressions;

namespace Irsa.Credentials.Trust;

/// <summary>Recognises what people paste instead of a policy's JSON.</summary>
internal static partial class NotJson
{
    /// <summary>Says what the text is, as a sentence; null for what may be JSON.</summary>
    public static string? Explain(string text)
    {
        if (text.Length > PolicyDocument.LongestText)
        {
            return "It is longer than 1 MB, and a trust policy has at most 4,096 characters.";
        }

        var trimmed = text.AsSpan().Trim('\uFEFF').Trim();
        return trimmed switch
        {
            [] => "It is empty.",
            _ when HasLoneSurrogate(text) => "It contains half a character (an unpaired UTF-16 surrogate).",
            ['{' or '[' or '%' or '"', ..] => Comment().IsMatch(text) ? "It has comments, and JSON has none." : null,
            _ when Terraform().IsMatch(text) => "It is Terraform (HCL), not JSON.",
            _ when Yaml().IsMatch(text) => "It is YAML, not JSON.",
            ['/', '/' or '*', ..] or ['#', ..] => "It has comments, and JSON has none.",
            ['<', ..] => "It is XML or HTML, not JSON.",
            _ => null,
        };
    }

    private static bool HasLoneSurrogate(string text)
    {
        for (var index = 0; index < text.Length; index++)
        {
            if (char.IsSurrogatePair(text, index))
            {
                index++;
            }
            else if (char.IsSurrogate(text[index]))
            {
                return true;
            }
        }

        return false;
    }

    [GeneratedRegex(@"^[ \t]*(data|resource)[ \t]+""aws_iam_|jsonencode\(|^[ \t]*assume_role_policy[ \t]*=|^[ \t]*statement[ \t]*\{", RegexOptions.Multiline)]
    private static partial Regex Terraform();

    [GeneratedRegex(@"^[ \t]*(- )?(Version|Statement|Effect|Principal|Action|AssumeRolePolicyDocument|Role|Resources)[ \t]*:", RegexOptions.Multiline)]
    private static partial Regex Yaml();

    [GeneratedRegex(@"^[ \t]*(//|/\*|#)", RegexOptions.Multiline)]
    private static partial Regex Comment();
}
