using Irsa.Credentials.Failures;
using Irsa.Credentials.Refresh;
using Irsa.Credentials.Tokens;

namespace Irsa.Credentials.Sts;

/// <summary>
/// What one exchange reads and calls. <see cref="StsExchangeRunner"/> does the rest: time limits, retries and classification. One object per exchange.
/// </summary>
internal interface IExchangeSteps
{
    /// <summary>Gets what the token says that was read last; null where none was read.</summary>
    TokenClaims? Token { get; }

    /// <summary>Gets the secrets that the next call sends: a server may repeat them, and no failure may show them.</summary>
    IReadOnlyList<string> Secrets { get; }

    /// <summary>Gets the version of the input that was read last.</summary>
    object? InputVersion { get; }

    /// <summary>Gets what the exchange fails with when its time limit ends what is running now; null while STS is called.</summary>
    Failure? FailureAtTimeLimit { get; }

    /// <summary>Reads what the next call sends.</summary>
    /// <returns>Why it could not be read; null when it was.</returns>
    Task<Failure?> ReadAsync(CancellationToken cancellationToken);

    /// <summary>Makes one HTTP call and validates the answer. What the SDK throws may be thrown.</summary>
    Task<ExchangeOutcome> CallAsync(ExchangeContext context, CancellationToken cancellationToken);

    /// <summary>Changes what the next call sends, where that is the cure of this failure.</summary>
    /// <returns>Null when the call is worth repeating at once; else the failure that ends the attempt, normally the given one.</returns>
    Task<Failure?> RecoverAsync(Failure failure, CancellationToken cancellationToken);
}
