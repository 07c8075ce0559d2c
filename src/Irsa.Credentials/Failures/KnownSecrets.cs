using System.Collections;
using System.Runtime.CompilerServices;
using System.Text;

namespace Irsa.Credentials.Failures;

/// <summary>
/// Finds known secrets in a text, whole or in parts, in every form in which a server repeats them: raw, encoded for URLs, JSON or XML, in
/// base64, in hexadecimal, split into groups, and one encoding within another. It compares letters and digits only, so separators and
/// capitals do not matter.
/// </summary>
[CollectionBuilder(typeof(KnownSecrets), nameof(Of))]
internal sealed class KnownSecrets : IEnumerable<string>
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

    private static readonly KnownSecrets None = new([]);

    private readonly string[] _secrets;
    private Forms[]? _forms;

    private KnownSecrets(string[] secrets) => _secrets = secrets;

    public static KnownSecrets Of(ReadOnlySpan<string> secrets) => secrets.IsEmpty ? None : new(secrets.ToArray());

    public IEnumerator<string> GetEnumerator() => _secrets.AsEnumerable().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public void Mark(string text, bool[] hidden)
    {
        _forms ??= [.. _secrets.Where(static secret => secret.Length >= ShortestSecret).Select(static secret => new Forms(secret))];

        // A secret may itself look like an escape, so the text is also read as it stands.
        var asItStands = UnescapedText.AsItStands(text);
        var unescaped = UnescapedText.Of(text);
        UnescapedText[] views = unescaped.Characters == text ? [asItStands] : [asItStands, unescaped];
        var plainViews = Array.ConvertAll(views, static view => view.LettersAndDigits());
        foreach (var forms in _forms)
        {
            foreach (var view in plainViews)
            {
                Mark(view, forms.Readable, reach: 0, hidden);
                Mark(view, forms.InBase64, reach: Reach, hidden);
            }

            MarkSignsAtEnds(views, forms.Secret, hidden);
        }
    }

    /// <summary>The signs with which a secret begins or ends are no letters: they are hidden where letters beside them are.</summary>
    private static void MarkSignsAtEnds(UnescapedText[] views, string secret, bool[] hidden)
    {
        var first = secret.TakeWhile(static c => !char.IsAsciiLetterOrDigit(c)).ToArray();
        var last = secret.Reverse().TakeWhile(static c => !char.IsAsciiLetterOrDigit(c)).Reverse().ToArray();
        if (first.Length + last.Length == 0 || !Array.Exists(hidden, static one => one))
        {
            return;
        }

        foreach (var view in views)
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

    /// <summary>Marks every part that a form has too, and what is next to it without a gap, as far as it reaches.</summary>
    private static void Mark(UnescapedText text, ILookup<int, string> formsByPart, int reach, bool[] hidden)
    {
        foreach (var forms in formsByPart)
        {
            foreach (var start in PartHashes.Of(text.Characters, forms.Key).SharedWith(forms))
            {
                Mark(text, start, start + forms.Key - 1, reach, hidden);
            }
        }
    }

    private static void Mark(UnescapedText text, int first, int last, int reach, bool[] hidden)
    {
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

    /// <summary>What a secret looks like in a text of which only letters and digits are left, by the length of the part that counts.</summary>
    private sealed class Forms(string secret)
    {
        public string Secret => secret;

        public ILookup<int, string> Readable { get; } = ByPart(KnownSecrets.Readable(secret));

        public ILookup<int, string> InBase64 { get; } = ByPart(KnownSecrets.InBase64(secret));

        private static ILookup<int, string> ByPart(IEnumerable<string> forms) =>
            forms.Select(Plain).Where(static form => form.Length >= ShortestSecret).ToLookup(static form => Math.Min(Part, form.Length));
    }
}
