namespace Irsa.Credentials.Refresh;

/// <summary>The one call that turns an identity into credentials. Retries, time-outs and the judgement of the answer are inside.</summary>
internal interface IExchange : IDisposable
{
    /// <param name="blocking">
    /// True: the caller is a thread of its own that may block, and nothing may depend on a free thread of the pool, because the pool's
    /// threads may all be waiting for this very call. False: nothing may block.
    /// </param>
    /// <param name="cancellationToken">Ends the exchange.</param>
    /// <exception cref="IrsaException">No credentials.</exception>
    Task<ExchangeResult> ExchangeAsync(bool blocking, CancellationToken cancellationToken);

    /// <summary>A value that changes when the next exchange could end differently from the last. Cheap, and never throws.</summary>
    object? InputStamp();
}
