namespace Irsa.Credentials.Tokens;

/// <summary>Where the web identity token comes from.</summary>
internal interface ITokenSource
{
    /// <exception cref="IrsaException">No token; the failure says what is in its place.</exception>
    ValueTask<WebIdentityToken> ReadAsync(CancellationToken cancellationToken);

    /// <summary>Another value once the token has been replaced. Never throws.</summary>
    TokenStamp Stamp();

    Task WaitForChangeAsync(TokenStamp seen, CancellationToken cancellationToken);
}
