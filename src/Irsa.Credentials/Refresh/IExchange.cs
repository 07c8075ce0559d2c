namespace Irsa.Credentials.Refresh;

/// <summary>The one call that turns an identity into credentials. Retries, time-outs and the judgement of the answer are inside.</summary>
internal interface IExchange : IDisposable
{
    /// <exception cref="IrsaException">No credentials.</exception>
    Task<ExchangeResult> ExchangeAsync(CancellationToken cancellationToken);

    /// <summary>A value that changes when the next exchange could end differently from the last. Cheap, and never throws.</summary>
    object? InputStamp();
}
