namespace Irsa.Credentials.AuthTokens;

/// <summary>What one service wants to be signed, and how it wants to get it.</summary>
internal sealed class AuthTokenRequest
{
    /// <summary>Gets the name of the service in the signature.</summary>
    public required string Service { get; init; }

    public required string Region { get; init; }

    /// <summary>Gets the address that is signed; nobody calls it as it is.</summary>
    public required Uri Address { get; init; }

    /// <summary>Gets the headers that are signed, and that the service adds itself.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>Gets how long the service accepts the token, if the session lives so long.</summary>
    public required TimeSpan Lifetime { get; init; }

    /// <summary>Gets the lifetime in the address, where it is not <see cref="Lifetime"/>.</summary>
    public TimeSpan? AddressLifetime { get; init; }

    /// <summary>Gets what makes the token of the signed address.</summary>
    public required Func<Uri, string> Format { get; init; }
}
