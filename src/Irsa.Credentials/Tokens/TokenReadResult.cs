using Irsa.Credentials.Failures;

namespace Irsa.Credentials.Tokens;

/// <summary>What a look at the token file found: exactly one of <see cref="Token"/> and <see cref="Failure"/> is set.</summary>
internal sealed class TokenReadResult
{
    private TokenReadResult(WebIdentityToken? token, Failure? failure, TokenFileVersion version)
    {
        Token = token;
        Failure = failure;
        Version = version;
    }

    public WebIdentityToken? Token { get; }

    public Failure? Failure { get; }

    /// <summary>Gets what an operator should know of the file although it could be read; null for nothing.</summary>
    public Failure? Warning { get; private init; }

    /// <summary>Gets the version of the file just before it was read.</summary>
    public TokenFileVersion Version { get; }

    public static TokenReadResult Read(WebIdentityToken token, TokenFileVersion version, Failure? warning = null) => new(token, null, version) { Warning = warning };

    public static TokenReadResult Failed(Failure failure, TokenFileVersion version) => new(null, failure, version);

    /// <exception cref="IrsaException">There is no token; the message says what is in its place.</exception>
    public WebIdentityToken Require() => Token ?? throw Failure!.ToException();
}
