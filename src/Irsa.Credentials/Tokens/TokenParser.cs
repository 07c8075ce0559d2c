using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Irsa.Credentials.Tokens;

/// <summary>Decodes what a JSON web token says of itself. Verifies nothing: that is STS's part.</summary>
internal static class TokenParser
{
    /// <param name="text">The trimmed content of the file.</param>
    /// <param name="claims">What the token says of itself.</param>
    /// <param name="looksLike">Where it is no token: what it looks like, without showing any of it.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out TokenClaims? claims, out string looksLike)
    {
        claims = null;
        looksLike = Describe(text);
        if (text.Split('.') is not [{ Length: > 0 } head, { Length: > 0 } body, { Length: > 0 } signature] || Base64UrlDecoder.Decode(signature) is null)
        {
            return false;
        }

        using var header = Decode(head);
        using var payload = Decode(body);
        if (header is null || payload is null)
        {
            looksLike = "it has three parts like a token, but they do not hold JSON";
            return false;
        }

        claims = Read(header.RootElement, payload.RootElement);
        return true;
    }

    private static TokenClaims Read(JsonElement header, JsonElement payload)
    {
        var kubernetes = Member(payload, "kubernetes.io");
        return new TokenClaims
        {
            Algorithm = Text(header, "alg"),
            KeyId = Text(header, "kid"),
            Issuer = Text(payload, "iss"),
            Subject = Text(payload, "sub"),
            Audience = Texts(payload, "aud"),
            Expiration = Time(payload, "exp"),
            IssuedAt = Time(payload, "iat"),
            NotBefore = Time(payload, "nbf"),
            Namespace = Text(kubernetes, "namespace"),
            ServiceAccount = Text(Member(kubernetes, "serviceaccount"), "name"),
            PodName = Text(Member(kubernetes, "pod"), "name"),
        };
    }

    private static JsonElement Member(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var member) ? member : default;

    private static string? Text(JsonElement of, string name) => Member(of, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    private static IReadOnlyList<string> Texts(JsonElement of, string name) => Member(of, name) switch
    {
        { ValueKind: JsonValueKind.String } one => [one.GetString()!],
        { ValueKind: JsonValueKind.Array } many =>
            [.. many.EnumerateArray().Where(static item => item.ValueKind == JsonValueKind.String).Select(static item => item.GetString()!)],
        _ => [],
    };

    private static DateTimeOffset? Time(JsonElement of, string name) =>
        Member(of, name) is { ValueKind: JsonValueKind.Number } number && number.TryGetDouble(out var seconds) && seconds is > 0 and < 253402300800
            ? DateTimeOffset.FromUnixTimeSeconds((long)seconds)
            : null;

    private static JsonDocument? Decode(string part)
    {
        if (Base64UrlDecoder.Decode(part) is not { } json)
        {
            return null;
        }

        try
        {
            var document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                return document;
            }

            document.Dispose();
            return null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Describe(string text) => text switch
    {
        _ when text.StartsWith('/') || text.StartsWith("C:\\", StringComparison.OrdinalIgnoreCase) => "it holds a path, not a token",
        _ when text.StartsWith('{') => "it holds JSON, not a token",
        _ when text.StartsWith('<') => "it holds markup, not a token",
        _ when text.Contains('\n') => "it holds several lines: text was added to the token, or it holds two tokens",
        _ when text.Contains(' ') => "it holds words, not a token",
        _ => $"it has {text.Count(static c => c == '.') + 1} part(s) divided by points; a token has three, each base64url",
    };
}
