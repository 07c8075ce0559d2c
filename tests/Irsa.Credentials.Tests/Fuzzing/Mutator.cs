using System.Text;

namespace Irsa.Credentials.Tests.Fuzzing;

/// <summary>Changes a kept input in one or several places: bits, whole pieces, words that mean something to a parser, another input's end.</summary>
internal sealed class Mutator(Random random, IReadOnlyList<byte[]> corpus)
{
    private const int Longest = 4096;

    private static readonly byte[][] Words =
    [
        .. ((string[])[
            "\0", "\r\n", "\r\n\r\n", "\u001b[2J", "\u202e", "\uFEFF", "%", "%00", "%zz", "%C0%AF", "..", "/../", "\\u0000", "\\ud800", "\"", "\\", "{", "}", "[", "]", "[[[[[[[[", "null", "true", "-1", "0", "1e999",
            "9223372036854775808", "99999999999999999999", "NaN", "9999-12-31T23:59:59Z", "0000-00-00", "<", ">", "</", "<!DOCTYPE x>", "<![CDATA[", "&#0;", "&lt;", "&", ";", "=", ":", "::", ".", "..",
            "ffffffffffffffff", "-", "+", " ", "\t", "\u00e9", "\u0130", "\ud83d\ude00", "arn:aws:iam::", "*", "?", "${aws:username}", "StringLike", "ForAllValues:", "chunk-signature=", "x-amz-trailer:"]).Select(Encoding.UTF8.GetBytes),
        [0xff, 0xfe], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80],
    ];

    public byte[] Next()
    {
        var input = new List<byte>(corpus[random.Next(corpus.Count)]);
        for (var changes = random.Next(1, 6); changes > 0; changes--)
        {
            Change(input);
        }

        return input.Count <= Longest ? [.. input] : [.. input.Take(Longest)];
    }

    private void Change(List<byte> input)
    {
        var place = random.Next(input.Count + 1);
        var length = Math.Min(random.Next(1, 33), input.Count - place);
        switch (random.Next(8))
        {
            case 0 when place < input.Count:
                input[place] ^= (byte)(1 << random.Next(8));
                break;
            case 1 when place < input.Count:
                input[place] = (byte)random.Next(256);
                break;
            case 2:
                input.RemoveRange(place, length);
                break;
            case 3:
                input.InsertRange(random.Next(input.Count + 1), input.GetRange(place, length));
                break;
            case 4:
                input.RemoveRange(place, input.Count - place);
                break;
            case 5:
                var other = corpus[random.Next(corpus.Count)];
                input.RemoveRange(place, input.Count - place);
                input.AddRange(other.AsSpan(random.Next(other.Length + 1)));
                break;
            default:
                input.InsertRange(place, Words[random.Next(Words.Length)]);
                break;
        }
    }
}
