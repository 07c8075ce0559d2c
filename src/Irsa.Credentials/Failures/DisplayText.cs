using System.Globalization;
using System.Text;

namespace Irsa.Credentials.Failures;

/// <summary>
/// Shows text that comes from outside (claims, ARNs, paths, variables, sentences of servers) so that it cannot move a terminal's cursor, ring
/// its bell, turn a line around or start a new line in a log.
/// </summary>
internal static class DisplayText
{
    private const int LongestQuote = 300;

    /// <summary>The text in one line: control characters, line breaks, bidirectional overrides and lone surrogates become escapes.</summary>
    public static string Escape(string text) => Escape(text, keepLineBreaks: false);

    /// <summary>The same, but line feeds are kept: for JSON documents and lists of commands.</summary>
    public static string EscapeLines(string text) => Escape(text, keepLineBreaks: true);

    /// <summary>The text in quotation marks, escaped and cut to a readable length.</summary>
    public static string Quote(string text) => $"\"{Escape(Cut(text, LongestQuote))}\"";

    /// <summary>Like <see cref="Quote"/>, with escapes for all that is not ASCII: such a letter is often what is wrong with an ARN or a name.</summary>
    public static string QuoteAscii(string text) =>
        $"\"{string.Concat(Cut(text, LongestQuote).Select(static c => c is < ' ' or > '~' ? c == '…' ? "…" : Code(c) : c.ToString()))}\"";

    /// <summary>The first <paramref name="length"/> characters, with an ellipsis where there are more. Never splits a surrogate pair.</summary>
    public static string Cut(string text, int length) =>
        text.Length <= length ? text : string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[length - 1]) ? length - 1 : length), "…");

    private static string Escape(string text, bool keepLineBreaks)
    {
        StringBuilder? escaped = null;
        for (var index = 0; index < text.Length; index++)
        {
            var length = char.IsSurrogatePair(text, index) ? 2 : 1;
            if (IsShown(text, index, length) || (keepLineBreaks && IsLineBreak(text, index)))
            {
                escaped?.Append(text, index, length);
            }
            else
            {
                escaped ??= new StringBuilder(text, 0, index, text.Length + 32);
                for (var part = 0; part < length; part++)
                {
                    escaped.Append(Code(text[index + part]));
                }
            }

            index += length - 1;
        }

        return escaped?.ToString() ?? text;
    }

    private static bool IsLineBreak(string text, int index) =>
        text[index] == '\n' || (text[index] == '\r' && index + 1 < text.Length && text[index + 1] == '\n');

    private static bool IsShown(string text, int index, int length) =>
        (length == 2 || !char.IsSurrogate(text[index]))
        && CharUnicodeInfo.GetUnicodeCategory(text, index) is not (
            UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);

    private static string Code(char c) => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
}
