using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Irsa.Credentials.Failures;

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
        looksLike = TokenContent.Describe(text);
        if (text.Split('.') is not [{ Length: > 0 } head, { Length: > 0 } body, { Length: > 0 } signature] || Base64UrlDecoder.Decode(signature) is null)
        {
            return false;
        }

        using var header = Decode(head);
        using var payload = Decode(body);
        if (header is null || payload is null)
        {
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
            AuthorizedParty = Text(payload, "azp"),
            Expiration = Time(payload, "exp"),
            IssuedAt = Time(payload, "iat"),
            NotBefore = Time(payload, "nbf"),
            Namespace = Text(kubernetes, "namespace"),
            ServiceAccount = Text(Member(kubernetes, "serviceaccount"), "name"),
            PodName = Text(Member(kubernetes, "pod"), "name"),
        };
    }

    private static JsonElement Member(JsonElement of, string name) => of.ValueKind == JsonValueKind.Object
        ? of.EnumerateObject().LastOrDefault(member => IsNamed(member, name)).Value
        : default;

    /// <summary>Not <c>TryGetProperty</c>, which throws if any name beside it holds half a character.</summary>
    private static bool IsNamed(JsonProperty member, string name)
    {
        try
        {
            return member.NameEquals(name);
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static string? Text(JsonElement of, string name) => Text(Member(of, name));

    /// <summary>Null for what is not a string, or holds half a character or invalid UTF-8: no claim may end the exchange.</summary>
    private static string? Text(JsonElement claim)
    {
        try
        {
            return claim.ValueKind == JsonValueKind.String ? claim.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static IReadOnlyList<string> Texts(JsonElement of, string name) => Member(of, name) switch
    {
        { ValueKind: JsonValueKind.String } one when Text(one) is { } text => [text],
        { ValueKind: JsonValueKind.Array } many => [.. many.EnumerateArray().Select(Text).OfType<string>()],
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
}
