using Irsa.Credentials.Failures;

namespace Irsa.Credentials.Tokens;

/// <summary>Where the web identity token comes from.</summary>
internal interface ITokenSource
{
    /// <summary>Reads version and token. Failures are returned; it throws only for cancellation.</summary>
    Task<TokenReadResult> ReadAsync(CancellationToken cancellationToken);

    /// <summary>Another value once the token has been replaced. It may block, so it is only called in the background.</summary>
    TokenFileVersion ReadVersion();

    /// <summary>What an exchange fails with whose time limit ends the reading.</summary>
    Failure TimedOut();

    /// <summary>Waits until the token has been replaced.</summary>
    /// <returns>False where this source waits for nothing.</returns>
    Task<bool> WaitForChangeAsync(TokenFileVersion seen, CancellationToken cancellationToken);
}
