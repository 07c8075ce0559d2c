using Irsa.Credentials.Failures;

namespace Irsa.Credentials.Tokens;

/// <summary>
/// Asks the application's code for each token. At most one call is under way: one that ignores its cancellation is waited for by the next
/// exchange, and not joined by another.
/// </summary>
internal sealed class CalledTokenSource : ITokenSource
{
    private readonly object _gate = new();
    private readonly string _name;
    private readonly Func<CancellationToken, ValueTask<string>> _getTokenAsync;
    private Task<string>? _running;

    public CalledTokenSource(string name, Func<CancellationToken, ValueTask<string>> getTokenAsync)
    {
        _name = name;
        _getTokenAsync = getTokenAsync;
    }

    public async Task<TokenReadResult> ReadAsync(CancellationToken cancellationToken)
    {
        string? text;
        try
        {
            text = await Start(cancellationToken).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failed) when (!cancellationToken.IsCancellationRequested)
        {
            return TokenReadResult.Failed(TokenFileFailures.SourceFailed(_name, failed), TokenFileVersion.Missing);
        }

        text = text?.Trim();
        if (string.IsNullOrEmpty(text) || text.Length > TokenFile.LongestToken)
        {
            return TokenReadResult.Failed(TokenFileFailures.SourceReturned(_name, string.IsNullOrEmpty(text) ? "nothing" : "more than 20,000 characters, which is STS's limit"), TokenFileVersion.Missing);
        }

        return TokenParser.TryParse(text, out var claims, out var looksLike)
            ? TokenReadResult.Read(new WebIdentityToken(text, claims), TokenFileVersion.Missing)
            : TokenReadResult.Failed(TokenFileFailures.SourceReturned(_name, $"no JSON web token: {looksLike}"), TokenFileVersion.Missing);
    }

    /// <summary>Nobody tells when another token could be had, so only time ends a failure.</summary>
    public TokenFileVersion ReadVersion() => TokenFileVersion.Missing;

    /// <summary>The next call returns another token.</summary>
    public Task<bool> WaitForChangeAsync(TokenFileVersion seen, CancellationToken cancellationToken) => Task.FromResult(true);

    public Failure TimedOut() => TokenFileFailures.SourceTimedOut(_name);

    private Task<string> Start(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            // A token that an abandoned call brings late is as good as another: it was asked for only seconds ago.
            return _running is { IsCompleted: false } running ? running : _running = Task.Run(() => _getTokenAsync(cancellationToken).AsTask(), CancellationToken.None);
        }
    }
}
