using Irsa.Credentials.Failures;
using Irsa.Credentials.Telemetry;
using Irsa.Credentials.Tokens;

namespace Irsa.Credentials.Diagnosis;

/// <summary>
/// Gives the library's own exchange the token that the doctor has read, so that it runs once and does not wait for a new token if this one has
/// expired.
/// </summary>
internal sealed class DoctorTokenSource : ITokenSource, IExchangeObserver
{
    private readonly WebIdentityToken _token;

    public DoctorTokenSource(WebIdentityToken token) => _token = token;

    public Failure? RefusedDuration { get; private set; }

    public TimeSpan ClockAhead { get; private set; }

    public Task<TokenReadResult> ReadAsync(CancellationToken cancellationToken) => Task.FromResult(TokenReadResult.Read(_token, TokenFileVersion.Missing));

    public TokenFileVersion ReadVersion() => TokenFileVersion.Missing;

    public Failure TimedOut() => throw new NotSupportedException("The token is here already.");

    public Task<bool> WaitForChangeAsync(TokenFileVersion seen, CancellationToken cancellationToken) => Task.FromResult(false);

    public void TokenRead(Failure? warning)
    {
    }

    public void TokenExpired(Failure failure)
    {
    }

    public void DurationRefused(Failure failure) => RefusedDuration = failure;

    public void Exchanged(TokenClaims token, DateTimeOffset? serverTime, DateTimeOffset localTime) =>
        ClockAhead = serverTime is { } date ? localTime - date : TimeSpan.Zero;
}
