using Irsa.Credentials.Tokens;

namespace Irsa.Credentials.Failures;

/// <summary>What the library asked of which server: what a failure tells about it.</summary>
internal sealed record ExchangeContext(
    string Operation,
    string RoleArn,
    Func<string> FindEndpoint,
    string Region,
    TokenClaims? Token,
    int Attempts)
{
    /// <summary>Gets the server as failures name it. It is found when it is needed: the application's own code may send the client's calls elsewhere.</summary>
    public string Endpoint => FindEndpoint();

    /// <summary>Gets how the way to the server is found. Called only for network failures, because it needs a client of STS.</summary>
    public Func<NetworkRoute>? FindRoute { get; init; }

    /// <summary>Gets a value indicating whether the server is AWS's own, which answers by AWS's rules to the letter.</summary>
    public bool IsAws { get; init; } = true;

    /// <summary>Gets a value indicating whether an operation of STS is called, and not the endpoint of a container's credentials.</summary>
    public bool IsSts { get; init; } = true;

    /// <summary>Gets the secrets that were sent: a server may repeat them, and no failure may show them.</summary>
    public KnownSecrets Secrets { get; init; } = [];

    /// <summary>Gets the application's delegate that configures the client of STS, so that its exceptions are recognised.</summary>
    public Delegate? ConfigureSts { get; init; }
}
