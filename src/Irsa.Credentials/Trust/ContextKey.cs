namespace Irsa.Credentials.Trust;

internal enum KeyPresence
{
    /// <summary>The token does not show whether the call has the key.</summary>
    Unknown = 0,

    /// <summary>The call never has the key.</summary>
    Absent = 1,

    /// <summary>The call always has the key.</summary>
    Present = 2,
}

/// <summary>The value that the call to STS has under a condition key, as far as the token shows it.</summary>
internal readonly record struct ContextKey(KeyPresence Presence, string? Value = null)
{
    /// <summary>Only <c>sts:AssumeRole</c> has an external ID.</summary>
    public const string ExternalId = "sts:ExternalId";

    public static ContextKey Find(string key, TrustPolicy token)
    {
        var (provider, claim) = Split(key);
        return provider.Equals(token.Provider, StringComparison.OrdinalIgnoreCase) switch
        {
            true => token.Claims.FirstOrDefault(known => known.Claim.Equals(claim, StringComparison.OrdinalIgnoreCase)) is { Claim: not null } found
                ? new(KeyPresence.Present, found.Value)
                : new(KeyPresence.Unknown),
            _ when IsProvider(provider) || key.Equals(ExternalId, StringComparison.OrdinalIgnoreCase) => new(KeyPresence.Absent),
            _ => new(KeyPresence.Unknown),
        };
    }

    /// <summary>The names of provider and claim. The last colon separates them, because a host may have a port.</summary>
    public static (string Provider, string Claim) Split(string key)
    {
        var colon = key.LastIndexOf(':');
        return colon < 0 ? (key, string.Empty) : (key[..colon], key[(colon + 1)..]);
    }

    // The keys of tags have slashes too: aws:RequestTag/a:b.
    private static bool IsProvider(string name) =>
        !name.StartsWith("aws:", StringComparison.OrdinalIgnoreCase)
        && (name.Contains('.', StringComparison.Ordinal) || name.Contains('/', StringComparison.Ordinal));
}
