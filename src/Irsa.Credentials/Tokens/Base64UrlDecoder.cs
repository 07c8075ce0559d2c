namespace Irsa.Credentials.Tokens;

/// <summary>Base64 in the alphabet of tokens (RFC 4648, section 5), without padding.</summary>
internal static class Base64UrlDecoder
{
    /// <summary>Null for text that is not base64url.</summary>
    public static byte[]? Decode(string text)
    {
        if (text.AsSpan().ContainsAny('+', '/', '='))
        {
            return null;
        }

        var base64 = text.Replace('-', '+').Replace('_', '/').PadRight((text.Length + 3) / 4 * 4, '=');
        var bytes = new byte[base64.Length / 4 * 3];
        return Convert.TryFromBase64String(base64, bytes, out var length) ? bytes[..length] : null;
    }
}
