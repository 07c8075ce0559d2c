using System.Text;

namespace Irsa.Credentials.Failures;

/// <summary>
/// Finds known secrets in a text, whole or in parts, in every form in which a server repeats them: raw, encoded for URLs, JSON or XML, in
/// base64, in hexadecimal, split into groups, and one encoding within another. It compares letters and digits only, so separators and
/// capitals do not matter.
/// </summary>
internal static class KnownSecrets
{
    /// <summary>A part of a secret counts from this many letters and digits on: long enough not to meet a word by chance.</summary>
    private const int Part = 12;

    /// <summary>What the neighbours of a secret influence of its base64, and of the base64 of that.</summary>
    private const int Reach = 12;

    /// <summary>A shorter value is no secret of AWS, and would hide ordinary words.</summary>
    private const int ShortestSecret = 6;

    /// <summary>What a server does to a text before it puts it into base64: there a single capital changes everything.</summary>
    private static readonly Func<string, string>[] Escapes =
    [
        static text => text,
        static text => Escape(text, static c => $"%{(int)c:X2}"),
        static text => Escape(text, static c => $"%{(int)c:x2}"),
        static text => Escape(text, static c => $"\\u{(int)c:X4}"),
        static text => Escape(text, static c => $"\\u{(int)c:x4}"),
        static text => Escape(text, static c => $"&#{(int)c};"),
        static text => Escape(text, static c => $"&#x{(int)c:X};"),
        static text => Escape(text, static c => $"&#x{(int)c:x};"),
        static text => text.Replace("/", "\\/", StringComparison.Ordinal),
    ];

    public static void Mark(string text, bool[] hidden, IReadOnlyList<string> secrets)
    {
        // A secret may itself look like an escape, so the text is also read as it stands.
        var views = new[] { UnescapedText.AsItStands(text).LettersAndDigits(), UnescapedText.Of(text).LettersAndDigits() };
        foreach (var secret in secrets.Where(static secret => secret.Length >= ShortestSecret))
        {
            foreach (var view in views)
            {
                Mark(view, Readable(secret), reach: 0, hidden);
                Mark(view, InBase64(secret), reach: Reach, hidden);
            }

            MarkSignsAtEnds(text, secret, hidden);
        }
    }

    /// <summary>The signs with which a secret begins or ends are no letters: they are hidden where letters beside them are.</summary>
    private static void MarkSignsAtEnds(string text, string secret, bool[] hidden)
    {
        var first = secret.TakeWhile(static c => !char.IsAsciiLetterOrDigit(c)).ToArray();
        var last = secret.Reverse().TakeWhile(static c => !char.IsAsciiLetterOrDigit(c)).Reverse().ToArray();
        if (first.Length + last.Length == 0 || !Array.Exists(hidden, static one => one))
        {
            return;
        }

        foreach (var view in new[] { UnescapedText.AsItStands(text), UnescapedText.Of(text) })
        {
            var characters = view.Characters.AsSpan();
            for (var index = 0; index < characters.Length; index++)
            {
                if (first.Length > 0 && index >= first.Length && hidden[view.StartOf(index)] && characters[(index - first.Length)..index].SequenceEqual(first))
                {
                    hidden.AsSpan(view.StartOf(index - first.Length), view.StartOf(index) - view.StartOf(index - first.Length)).Fill(true);
                }

                if (last.Length > 0 && index + last.Length < characters.Length && hidden[view.EndOf(index) - 1] && characters.Slice(index + 1, last.Length).SequenceEqual(last))
                {
                    hidden.AsSpan(view.EndOf(index), view.EndOf(index + last.Length) - view.EndOf(index)).Fill(true);
                }
            }
        }
    }

    private static void Mark(UnescapedText text, IEnumerable<string> forms, int reach, bool[] hidden)
    {
        foreach (var sameLength in forms.Select(Plain).Where(static form => form.Length >= ShortestSecret).GroupBy(static form => Math.Min(Part, form.Length)))
        {
            Mark(text, sameLength, sameLength.Key, reach, hidden);
        }
    }

    /// <summary>Marks every part of the given length that a form has too, and what is next to it without a gap, as far as it reaches.</summary>
    private static void Mark(UnescapedText text, IEnumerable<string> forms, int length, int reach, bool[] hidden)
    {
        var parts = Hashes(text.Characters, length);
        var sought = parts.ToHashSet();
        var found = new HashSet<ulong>();
        foreach (var form in sought.Count == 0 ? [] : forms)
        {
            found.UnionWith(Hashes(form, length).Where(sought.Contains));
        }

        for (var start = 0; start < parts.Length && found.Count > 0; start++)
        {
            if (found.Contains(parts[start]))
            {
                var (first, last) = (start, start + length - 1);
                for (var step = 0; step < reach && first > 0 && text.EndOf(first - 1) == text.StartOf(first); step++)
                {
                    first--;
                }

                for (var step = 0; step < reach && last < text.Characters.Length - 1 && text.EndOf(last) == text.StartOf(last + 1); step++)
                {
                    last++;
                }

                hidden.AsSpan(text.StartOf(first), text.EndOf(last) - text.StartOf(first)).Fill(true);
            }
        }
    }

    /// <summary>A number for each part of the given length, by the part before it. Two parts of the same number would hide a few letters too many.</summary>
    private static ulong[] Hashes(string text, int length)
    {
        const ulong Base = 0x9E37_79B9_7F4A_7C15;
        if (text.Length < length)
        {
            return [];
        }

        var (hashes, hash, first) = (new ulong[text.Length - length + 1], 0UL, 1UL);
        for (var index = 0; index < text.Length; index++)
        {
            hash = unchecked((hash * Base) + text[index]);
            if (index < length)
            {
                first = unchecked(first * Base);
            }
            else
            {
                hash = unchecked(hash - (first * text[index - length]));
            }

            if (index >= length - 1)
            {
                hashes[index - length + 1] = hash;
            }
        }

        return hashes;
    }

    private static string Plain(string text)
    {
        var plain = new char[text.Length];
        var length = 0;
        foreach (var c in text)
        {
            if (char.IsAsciiLetterOrDigit(c))
            {
                plain[length++] = char.ToUpperInvariant(c);
            }
        }

        return new string(plain, 0, length);
    }

    private static IEnumerable<string> Readable(string secret) => [secret, Convert.ToHexString(Encoding.UTF8.GetBytes(secret))];

    /// <summary>It cannot be undone in the text, where nobody knows at which character it begins.</summary>
    private static IEnumerable<string> InBase64(string secret)
    {
        foreach (var once in Escapes.Select(escape => escape(secret)).Distinct(StringComparer.Ordinal).SelectMany(Base64))
        {
            yield return once;
        }

        foreach (var twice in Base64(secret).SelectMany(Base64))
        {
            yield return twice;
        }
    }

    /// <summary>The text may begin at any of three places in a group of four characters; what the neighbours influence is left out.</summary>
    private static IEnumerable<string> Base64(string text)
    {
        for (var offset = 0; offset < 3; offset++)
        {
            var encoded = Convert.ToBase64String([.. new byte[offset], .. Encoding.UTF8.GetBytes(text)]);
            var end = (text.Length + offset) % 3 == 0 ? encoded.Length : Math.Max(encoded.Length - 4, 0);
            yield return encoded[Math.Min(offset == 0 ? 0 : 4, end)..end];
        }
    }

    private static string Escape(string text, Func<char, string> escape)
    {
        var escaped = new StringBuilder(2 * text.Length);
        foreach (var c in text)
        {
            _ = char.IsAsciiLetterOrDigit(c) ? escaped.Append(c) : escaped.Append(escape(c));
        }

        return escaped.ToString();
    }
}
