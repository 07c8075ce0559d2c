using System.Net;
using System.Text;

namespace Irsa.Credentials.Failures;

/// <summary>
/// Finds known secrets in a text, whole or in parts, in every form in which a server repeats them: raw, URL-encoded, escaped for JSON or XML, in
/// base64, in hexadecimal, split into groups. It compares letters and digits only, so separators and capitals do not matter.
/// </summary>
internal static class KnownSecrets
{
    /// <summary>A part of a secret counts from this many letters and digits on: long enough not to meet a word by chance.</summary>
    private const int Part = 12;

    /// <summary>A shorter value is no secret of AWS, and would hide ordinary words.</summary>
    private const int ShortestSecret = 6;

    public static void Mark(string text, bool[] hidden, IReadOnlyList<string> secrets)
    {
        var places = Enumerable.Range(0, text.Length).Where(index => char.IsAsciiLetterOrDigit(text[index])).ToArray();
        var plain = Plain(text);
        foreach (var secret in secrets.Where(static secret => secret.Length >= ShortestSecret))
        {
            foreach (var form in Forms(secret).Select(Plain).Where(static form => form.Length >= ShortestSecret).Distinct(StringComparer.Ordinal))
            {
                Mark(plain, places, hidden, form);
            }
        }
    }

    private static void Mark(string plain, int[] places, bool[] hidden, string form)
    {
        var length = Math.Min(Part, form.Length);
        if (plain.Length < length)
        {
            return;
        }

        // Hashes suffice: two parts of the same hash would hide a few letters too many.
        var parts = new HashSet<int>();
        for (var start = 0; start + length <= form.Length; start++)
        {
            parts.Add(string.GetHashCode(form.AsSpan(start, length)));
        }

        for (var start = 0; start + length <= plain.Length; start++)
        {
            if (parts.Contains(string.GetHashCode(plain.AsSpan(start, length))))
            {
                var first = places[start];
                hidden.AsSpan(first, places[start + length - 1] - first + 1).Fill(true);
            }
        }
    }

    private static string Plain(string text) => string.Concat(text.Where(char.IsAsciiLetterOrDigit)).ToUpperInvariant();

    private static IEnumerable<string> Forms(string secret)
    {
        var url = Uri.EscapeDataString(secret);
        yield return secret;
        yield return url;
        yield return Uri.EscapeDataString(url);
        yield return WebUtility.UrlEncode(url);
        yield return Convert.ToHexString(Encoding.UTF8.GetBytes(secret));
        yield return Escaped(secret, static c => $"\\u{(int)c:x4}");
        yield return Escaped(secret, static c => $"&#{(int)c};");
        yield return Escaped(secret, static c => $"&#x{(int)c:x};");
        foreach (var form in (string[])[secret, url])
        {
            // The secret may begin at any of three places in a group of four base64 characters; what the neighbours influence is left out.
            for (var offset = 0; offset < 3; offset++)
            {
                var encoded = Convert.ToBase64String([.. new byte[offset], .. Encoding.UTF8.GetBytes(form)]);
                yield return encoded[(offset == 0 ? 0 : 4)..^4];
            }
        }
    }

    private static string Escaped(string secret, Func<char, string> escape) =>
        string.Concat(secret.Select(c => char.IsAsciiLetterOrDigit(c) ? c.ToString() : escape(c)));
}
