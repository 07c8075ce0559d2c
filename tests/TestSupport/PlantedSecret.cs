using System.Net;
using System.Security;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Irsa.Credentials.TestSupport;

/// <summary>
/// The secrets of one identity, and one of them as a hostile server might repeat it: in any encoding or in one within another, whole or cut,
/// between words. The same random numbers give the same case.
/// </summary>
internal sealed partial class PlantedSecret
{
    /// <summary>As many letters and digits in a row of what was planted are a leak.</summary>
    private const int Leak = 20;

    private static readonly (string Name, Func<string, string> Write)[] Encodings =
    [
        ("raw", static text => text),
        ("URL", Uri.EscapeDataString),
        ("URL in small letters", static text => Each(text, static c => $"%{(int)c:x2}")),
        ("form", WebUtility.UrlEncode),
        ("JSON", static text => JsonSerializer.Serialize(text)),
        ("JSON with slashes", static text => text.Replace("/", "\\/", StringComparison.Ordinal)),
        ("JSON in small letters", static text => Each(text, static c => $"\\u{(int)c:x4}")),
        ("XML", text => SecurityElement.Escape(text)),
        ("XML in decimals", static text => Each(text, static c => $"&#{(int)c};")),
        ("XML in hexadecimal", static text => Each(text, static c => $"&#x{(int)c:X};")),
        ("base64", static text => Convert.ToBase64String(Encoding.UTF8.GetBytes(text))),
        ("base64 behind a letter", static text => Convert.ToBase64String(Encoding.UTF8.GetBytes("x" + text + "yz"))),
        ("base64url", static text => Convert.ToBase64String(Encoding.UTF8.GetBytes("xy" + text)).Replace('+', '-').Replace('/', '_').TrimEnd('=')),
    ];

    private PlantedSecret(IReadOnlyList<string> all, string form, string written)
    {
        All = all;
        Form = form;
        Written = written;
    }

    /// <summary>Gets all secrets that are known: a token, and the keys of this and the previous session.</summary>
    public IReadOnlyList<string> All { get; }

    /// <summary>Gets how the one is written that was planted.</summary>
    public string Form { get; }

    /// <summary>Gets what a server says instead of it.</summary>
    public string Written { get; }

    public static PlantedSecret From(Random random)
    {
        string[] all =
        [
            $"eyJhbGciOiJSUzI1NiJ9.{Of(random, random.Next(100, 900), url: true)}.{Of(random, 342, url: true)}",
            Of(random, 40, url: false), Of(random, random.Next(200, 1200), url: false), Of(random, 40, url: false), Of(random, random.Next(200, 1200), url: false),
        ];
        var (inner, outer) = (Encodings[random.Next(Encodings.Length)], Encodings[random.Next(Encodings.Length)]);
        var written = outer.Write(inner.Write(all[random.Next(all.Length)]));
        if (random.Next(3) == 0)
        {
            var start = random.Next(written.Length / 2);
            written = written.Substring(start, random.Next(written.Length - start));
        }

        return new PlantedSecret(all, $"{inner.Name} in {outer.Name}", written);
    }

    /// <summary>Whether enough of it to be of use is still in a text, whatever separates or escapes its characters there.</summary>
    public bool SurvivesIn(string text)
    {
        var (shown, planted) = (Plain(text), Plain(Written));
        for (var start = 0; start + Leak <= planted.Length; start++)
        {
            if (shown.AsSpan().IndexOf(planted.AsSpan(start, Leak), StringComparison.Ordinal) >= 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Letters and digits, with the framework's own decoders and not those that are under test.</summary>
    private static string Plain(string text)
    {
        for (var depth = 0; depth < 3; depth++)
        {
            text = WebUtility.HtmlDecode(WebUtility.UrlDecode(OfJson().Replace(text, static escape => ((char)Convert.ToInt32(escape.Groups[1].Value, 16)).ToString())));
        }

        return string.Concat(text.Where(char.IsAsciiLetterOrDigit));
    }

    [GeneratedRegex("\\\\u([0-9a-fA-F]{4})")]
    private static partial Regex OfJson();

    private static string Each(string text, Func<char, string> escape) => string.Concat(text.Select(c => char.IsAsciiLetterOrDigit(c) ? c.ToString() : escape(c)));

    private static string Of(Random random, int length, bool url)
    {
        var text = Convert.ToBase64String(Bytes(random, length))[..length];
        return url ? text.Replace('+', '-').Replace('/', '_') : text;
    }

    private static byte[] Bytes(Random random, int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }
}
