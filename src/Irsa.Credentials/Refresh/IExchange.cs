namespace Irsa.Credentials.Refresh;

/// <summary>The one call that turns an identity into credentials. Retries, time-outs and the validation of the answer are inside.</summary>
internal interface IExchange : IDisposable
{
    /// <summary>Exchanges the identity for credentials. Failures are returned; it throws only for cancellation or for a defect.</summary>
    /// <param name="request">What it is made for.</param>
    /// <param name="cancellationToken">Ends the exchange.</param>
    Task<ExchangeOutcome> ExchangeAsync(ExchangeRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// A value that changes when the next exchange could end differently from the last: the token file's version. It may block or throw, so
    /// it is only called in the background, never on a caller's thread.
    /// </summary>
    object? ReadInputVersion();
}
