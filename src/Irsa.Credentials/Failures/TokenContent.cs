namespace Irsa.Credentials.Failures;

/// <summary>Says what a token file holds if it is not a token, as a clause that shows nothing of it.</summary>
internal static class TokenContent
{
    /// <summary>A token begins so: it is base64 for the beginning of a JSON object.</summary>
    public const string TokenStart = "eyJ";

    /// <summary>A token once more in base64 begins so.</summary>
    public const string EncodedStart = "ZXlK";

    public static string Describe(string text)
    {
        var parts = text.Count(static c => c == '.') + 1;
        return text switch
        {
            _ when text.Contains('\0', StringComparison.Ordinal) => "it is UTF-16 text; write the token as UTF-8 (ASCII)",
            ['/', ..] => "it holds a path, not a token",
            _ when text.StartsWith("C:\\", StringComparison.OrdinalIgnoreCase) => "it holds a path, not a token",
            ['{' or '[', ..] => text.Contains(TokenStart, StringComparison.Ordinal)
                ? "it holds JSON with a token inside; the file must hold the token alone"
                : "it holds JSON, not a token",
            ['<', ..] => "it holds markup, not a token",
            ['"' or '\'', ..] when text.Contains(TokenStart, StringComparison.Ordinal) => "the token is in quotation marks",
            _ when text.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) => "it begins with \"Bearer\"; the file must hold the token alone",
            _ when text.StartsWith(EncodedStart, StringComparison.Ordinal) => "the token is encoded in base64 once more, as in a Kubernetes Secret; decode it",
            [.., '='] when text.StartsWith(TokenStart, StringComparison.Ordinal) => "its parts end in \"=\"; a token has base64url without padding",
            _ when text.Contains('\n', StringComparison.Ordinal) => Occurrences(text, TokenStart + "hbGci") > 1 ? "it has several lines and holds more than one token" : "it has several lines; the file must hold the token alone",
            _ when text.Contains(' ', StringComparison.Ordinal) => "it holds words, not a token",
            _ when parts > 3 && Occurrences(text, text[..Math.Min(text.Length, 16)]) > 1 => "it holds the token twice, one after the other",
            _ when parts == 5 && text.StartsWith(TokenStart, StringComparison.Ordinal) => "it holds an encrypted token (JWE), which STS does not accept",
            _ when parts == 3 && !HasEmptyPart(text) => "it has three dot-separated parts like a token, but they do not hold JSON objects",
            _ when parts <= 3 && text.StartsWith(TokenStart, StringComparison.Ordinal) => FormattableString.Invariant($"the token is truncated: it has {Parts(parts, text)}; a JWT has 3"),
            _ => FormattableString.Invariant($"it has {Parts(parts, text)}; a JWT has 3"),
        };
    }

    public static string DescribeBinary(ReadOnlySpan<byte> bytes) => bytes is [0xff, 0xfe, ..] or [0xfe, 0xff, ..]
        ? "it is UTF-16 text, as Windows PowerShell writes it; write the token as UTF-8 (ASCII)"
        : "it is not text";

    private static bool HasEmptyPart(string text) => text.EndsWith('.') || text.StartsWith('.') || text.Contains("..", StringComparison.Ordinal);

    private static string Parts(int parts, string text) => HasEmptyPart(text)
        ? FormattableString.Invariant($"{parts} dot-separated parts and one of them is empty")
        : FormattableString.Invariant($"{parts} dot-separated part{(parts == 1 ? string.Empty : "s")}");

    private static int Occurrences(string text, string part)
    {
        var count = 0;
        for (var start = text.IndexOf(part, StringComparison.Ordinal); start >= 0; start = text.IndexOf(part, start + part.Length, StringComparison.Ordinal))
        {
            count++;
        }

        return count;
    }
}
