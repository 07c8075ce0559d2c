namespace Irsa.Credentials;

/// <summary>A URL that lets whoever holds it do one thing until it expires; keep it as you would a password.</summary>
/// <param name="Url">The URL with its signature.</param>
/// <param name="Expiration">When it ends, which is never later than the session that signed it.</param>
/// <param name="IsCapped">Whether that is earlier than was asked for.</param>
public sealed record PresignedUrl(Uri Url, DateTimeOffset Expiration, bool IsCapped)
{
    /// <summary>Never prints the signature and the session token, which are in the query.</summary>
    public override string ToString() => $"{Url.GetLeftPart(UriPartial.Path)}, expires {Expiration:u}";
}
