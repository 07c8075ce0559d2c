namespace Irsa.Credentials.Refresh;

/// <summary>The one call that turns an identity into credentials. Retries, time-outs and the judgement of the answer are inside.</summary>
internal interface IExchange : IDisposable
{
    /// <param name="request">What it is made for.</param>
    /// <param name="cancellationToken">Ends the exchange.</param>
    /// <exception cref="IrsaException">No credentials.</exception>
    Task<ExchangeResult> ExchangeAsync(ExchangeRequest request, CancellationToken cancellationToken);

    /// <summary>A value that changes when the next exchange could end differently from the last. Cheap, and never throws.</summary>
    object? InputStamp();
}
