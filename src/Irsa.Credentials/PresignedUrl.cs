namespace Irsa.Credentials;

/// <summary>A URL that lets whoever holds it do one thing until it expires. Keep it as you would a password.</summary>
public sealed record PresignedUrl
{
    /// <summary>Gets the URL with its signature.</summary>
    public required Uri Url { get; init; }

    /// <summary>Gets when the URL ends, which is never later than the session that signed it.</summary>
    public required DateTimeOffset Expiration { get; init; }

    /// <summary>Gets a value indicating whether the URL ends earlier than was asked for.</summary>
    public required bool IsCapped { get; init; }

    /// <summary>Never prints the signature and the session token, which are in the query.</summary>
    public override string ToString() => $"{Url.GetLeftPart(UriPartial.Path)}, expires {Expiration:u}";
}
