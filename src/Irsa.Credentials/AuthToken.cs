namespace Irsa.Credentials;

/// <summary>A password or bearer token for one service, signed with a session. Whoever holds it is the role at that service until it expires.</summary>
public sealed class AuthToken
{
    internal AuthToken(string value, DateTimeOffset expiration)
    {
        Value = value;
        Expiration = expiration;
    }

    /// <summary>Gets what the service expects as password or bearer token. Secret.</summary>
    public string Value { get; }

    /// <summary>
    /// Gets when the service stops accepting it, by STS's clock: after the time that the service allows, or when the session that signed it
    /// ends, whichever comes first. Services that check it only while they connect keep the connection beyond that.
    /// </summary>
    public DateTimeOffset Expiration { get; }

    /// <summary>Never prints the value.</summary>
    public override string ToString() => $"{nameof(AuthToken)}, expires {Expiration:u}";
}
