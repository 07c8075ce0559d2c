using System.Text.RegularExpressions;

namespace Irsa.Credentials.Trust;

/// <summary>
/// Recognises what a template (a shell, Helm, Terraform, an example in a guide) should have replaced. Policy variables of IAM look alike, but
/// have a colon in their name: <c>${aws:username}</c>.
/// </summary>
internal static partial class TemplatePlaceholder
{
    public static bool IsIn(string text) => Pattern().IsMatch(text);

    public static TrustPolicyMismatch Mismatch(string path, string seen, string needed) => new()
    {
        Path = path,
        Seen = seen,
        Needed = needed,
        Reason = "A template placeholder was not replaced, so the value never matches.",
        Remedy = $"Write \"{needed}\".",
    };

    [GeneratedRegex(@"\$\{[A-Za-z0-9_.\- ]*\}|\$[A-Z_]{2,}|\{\{|<[A-Za-z_ -]+>|%[A-Z_]{3,}%")]
    private static partial Regex Pattern();
}
