using System.Globalization;

namespace Irsa.Credentials.Failures;

/// <summary>
/// A text whose escapes for URLs, JSON and XML are undone, one within another too, and which still knows where each of its characters came
/// from. The costs grow with the text's length only.
/// </summary>
internal sealed class UnescapedText
{
    /// <summary>Nobody nests deeper; an attacker who does has the secret already.</summary>
    private const int DeepestNesting = 4;

    /// <summary>The longest escape: <c>&amp;#x000000ff;</c>.</summary>
    private const int LongestEntity = 12;

    private readonly int[] _starts;
    private readonly int[] _ends;

    private UnescapedText(string characters, int[] starts, int[] ends)
    {
        Characters = characters;
        _starts = starts;
        _ends = ends;
    }

    public string Characters { get; }

    public static UnescapedText AsItStands(string text) => new(text, [.. Enumerable.Range(0, text.Length)], [.. Enumerable.Range(1, text.Length)]);

    public static UnescapedText Of(string text)
    {
        var current = AsItStands(text);
        for (var depth = 0; depth < DeepestNesting && current.Characters.AsSpan().ContainsAny('%', '\\', '&'); depth++)
        {
            current = current.Unescape();
        }

        return current;
    }

    /// <summary>Where a character begins in the original.</summary>
    public int StartOf(int index) => _starts[index];

    /// <summary>Where it ends there, exclusively.</summary>
    public int EndOf(int index) => _ends[index];

    /// <summary>Only these, in capitals.</summary>
    public UnescapedText LettersAndDigits()
    {
        var (characters, starts, ends) = (new char[Characters.Length], new int[Characters.Length], new int[Characters.Length]);
        var count = 0;
        for (var index = 0; index < Characters.Length; index++)
        {
            if (char.IsAsciiLetterOrDigit(Characters[index]))
            {
                (characters[count], starts[count], ends[count]) = (char.ToUpperInvariant(Characters[index]), _starts[index], _ends[index]);
                count++;
            }
        }

        return new UnescapedText(new string(characters, 0, count), starts[..count], ends[..count]);
    }

    private UnescapedText Unescape()
    {
        var (characters, starts, ends) = (new char[Characters.Length], new int[Characters.Length], new int[Characters.Length]);
        var count = 0;
        for (var index = 0; index < Characters.Length; count++)
        {
            var (character, length) = Read(Characters.AsSpan(index));
            (characters[count], starts[count], ends[count]) = (character, _starts[index], _ends[index + length - 1]);
            index += length;
        }

        return new UnescapedText(new string(characters, 0, count), starts[..count], ends[..count]);
    }

    /// <summary>The first character, and how much of the text stands for it.</summary>
    private static (char Character, int Length) Read(ReadOnlySpan<char> text) => text switch
    {
        ['%', ..] when TryHex(text, 1, 2, out var c) => (c, 3),
        ['\\', 'u' or 'U', ..] when TryHex(text, 2, 4, out var c) => (c, 6),
        ['\\', '/' or '\\' or '"', ..] => (text[1], 2),
        ['&', ..] when text[..Math.Min(LongestEntity, text.Length)].IndexOf(';') is > 1 and var end && TryEntity(text[1..end], out var c) => (c, end + 1),
        _ => (text[0], 1),
    };

    private static bool TryHex(ReadOnlySpan<char> text, int start, int length, out char character)
    {
        var isHex = text.Length >= start + length
            & ushort.TryParse(text.Length >= start + length ? text.Slice(start, length) : default, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code);
        character = (char)code;
        return isHex;
    }

    private static bool TryEntity(ReadOnlySpan<char> name, out char character)
    {
        ushort code = 0;
        var isKnown = name switch
        {
            ['#', 'x' or 'X', .. var digits] => ushort.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out code),
            ['#', .. var digits] => ushort.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out code),
            "amp" => (code = '&') != 0,
            "lt" => (code = '<') != 0,
            "gt" => (code = '>') != 0,
            "quot" => (code = '"') != 0,
            "apos" => (code = '\'') != 0,
            _ => false,
        };
        character = (char)code;
        return isKnown;
    }
}
