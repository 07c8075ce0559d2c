using Irsa.Credentials.Tokens;

namespace Irsa.Credentials.Failures;

/// <summary>What was asked of whom, for the words of a failure.</summary>
internal sealed record ExchangeContext(
    string Operation,
    string RoleArn,
    string Endpoint,
    string Region,
    TokenClaims? Token,
    int Attempts)
{
    /// <summary>Gets how the proxy on the way is found; only for failures of the network, as it takes a client of STS.</summary>
    public Func<string?>? FindProxy { get; init; }
}
