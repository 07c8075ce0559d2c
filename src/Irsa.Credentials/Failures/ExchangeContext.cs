using Irsa.Credentials.Tokens;

namespace Irsa.Credentials.Failures;

/// <summary>What was asked of whom, for the words of a failure.</summary>
internal sealed record ExchangeContext(
    string Operation,
    string RoleArn,
    string Endpoint,
    string Region,
    TokenClaims? Token,
    int Attempts);
