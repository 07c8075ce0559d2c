namespace Irsa.Credentials.Tokens;

/// <summary>
/// What the token on disk says about itself. Never verified and never trusted: STS decides, claims explain.
/// </summary>
internal sealed record TokenClaims
{
    public string? Issuer { get; init; }

    public string? Subject { get; init; }

    public IReadOnlyList<string> Audience { get; init; } = [];

    /// <summary>Gets the client that the token was issued to (<c>azp</c>).</summary>
    public string? AuthorizedParty { get; init; }

    public DateTimeOffset? Expiration { get; init; }

    public DateTimeOffset? IssuedAt { get; init; }

    public DateTimeOffset? NotBefore { get; init; }

    public string? Namespace { get; init; }

    public string? ServiceAccount { get; init; }

    public string? PodName { get; init; }

    public string? Algorithm { get; init; }

    public string? KeyId { get; init; }
}
