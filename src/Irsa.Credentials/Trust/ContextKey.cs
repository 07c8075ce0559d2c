namespace Irsa.Credentials.Trust;

/// <summary>What the call has under a condition key: one of the token's claims, surely nothing, or what the token does not tell.</summary>
internal readonly record struct ContextKey(KeyPresence Presence, string? Value = null)
{
    /// <summary>Only <c>sts:AssumeRole</c> takes an external id.</summary>
    public const string ExternalId = "sts:ExternalId";

    public static ContextKey Find(string key, TrustPolicy token)
    {
        var (provider, claim) = Split(key);
        return (provider.Equals(token.Provider, StringComparison.OrdinalIgnoreCase), claim.ToUpperInvariant()) switch
        {
            (true, "AUD") => new(KeyPresence.Present, token.Audience),
            (true, "SUB") => new(KeyPresence.Present, token.Subject),
            (true, _) => new(KeyPresence.Unknown),
            _ when IsProvider(provider) || key.Equals(ExternalId, StringComparison.OrdinalIgnoreCase) => new(KeyPresence.Absent),
            _ => new(KeyPresence.Unknown),
        };
    }

    /// <summary>The provider's name and the claim's; a host may have a port.</summary>
    public static (string Provider, string Claim) Split(string key)
    {
        var colon = key.LastIndexOf(':');
        return colon < 0 ? (key, string.Empty) : (key[..colon], key[(colon + 1)..]);
    }

    // Tags have slashes in their keys too: aws:RequestTag/a:b.
    private static bool IsProvider(string name) =>
        !name.StartsWith("aws:", StringComparison.OrdinalIgnoreCase)
        && (name.Contains('.', StringComparison.Ordinal) || name.Contains('/', StringComparison.Ordinal));
}
