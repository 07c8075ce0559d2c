using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;

namespace Irsa.Credentials.TestSupport;

/// <summary>A secret in every way in which it could be written down: plain, cut, base64 at any offset, URL-encoded, JSON-escaped, hexadecimal.</summary>
internal sealed class SecretForms
{
    /// <summary>As much of a secret as nobody writes by chance.</summary>
    private const int Piece = 20;

    private readonly List<(string Form, string Text)> _forms = [];

    public void Add(string secret)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(secret.Length, Piece);
        AddPieces("plain", secret);
        AddPieces("URL-encoded", Uri.EscapeDataString(secret));
        AddPieces("URL-encoded in small letters", Each(secret, static sign => $"%{(int)sign:x2}"));
        AddPieces("JSON-escaped slashes", secret.Replace("/", "\\/", StringComparison.Ordinal));
        AddPieces("XML in decimals", Each(secret, static sign => $"&#{(int)sign};"));
        AddPieces("XML in hexadecimals", Each(secret, static sign => $"&#x{(int)sign:X};"));
        AddPieces("form-encoded", WebUtility.UrlEncode(secret));
        AddPieces("JSON-escaped", JsonSerializer.Serialize(secret).Trim('"'));
        AddPieces("HTML-encoded", WebUtility.HtmlEncode(secret));
        AddPieces("hexadecimal", Convert.ToHexString(Encoding.UTF8.GetBytes(secret)));
        AddPieces("hexadecimal", string.Concat(Encoding.UTF8.GetBytes(secret).Select(static one => one.ToString("x2", CultureInfo.InvariantCulture))));
        for (var offset = 0; offset < 3; offset++)
        {
            // What stands before a secret in an encoded text shifts it; the first and last group then hold foreign bits.
            var base64 = Convert.ToBase64String(Encoding.UTF8.GetBytes(new string(' ', offset) + secret))[4..^4];
            AddPieces("base64", base64);
            AddPieces("base64url", base64.Replace('+', '-').Replace('/', '_'));
        }
    }

    public IEnumerable<string> FormsIn(string text) =>
        _forms.Where(form => text.Contains(form.Text, StringComparison.Ordinal)).Select(static form => form.Form).Distinct();

    private static string Each(string text, Func<char, string> escape) => string.Concat(text.Select(sign => char.IsAsciiLetterOrDigit(sign) ? sign.ToString() : escape(sign)));

    /// <summary>Beginning, middle and end, so that a secret that was cut is found too.</summary>
    private void AddPieces(string form, string text)
    {
        foreach (var start in new[] { 0, (text.Length - Piece) / 2, text.Length - Piece })
        {
            _forms.Add((form, text.Substring(Math.Max(start, 0), Math.Min(Piece, text.Length))));
        }
    }
}
