using System.Globalization;

namespace Irsa.Tool;

/// <summary>What others wrote (claims, policies, answers), so that it cannot move the cursor, ring the bell or turn the line around.</summary>
internal static class PlainText
{
    /// <summary>Line breaks stay.</summary>
    public static string Of(string text) => string.Join('\n', text.Split('\n').Select(Line));

    public static string Line(string text) => string.Concat(text.Select(static c => IsShown(c) ? c.ToString() : $"\\u{(int)c:x4}"));

    private static bool IsShown(char c) => !char.IsControl(c)
        && CharUnicodeInfo.GetUnicodeCategory(c) is not (UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
