using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;
using Irsa.Credentials.AwsSdk;
using Irsa.Credentials.Configuration;
using Irsa.Credentials.Failures;
using Irsa.Credentials.Refresh;
using Irsa.Credentials.Telemetry;
using Irsa.Credentials.Tokens;

namespace Irsa.Credentials.Sts;

/// <summary>Exchanges the web identity token: reads the token file and calls AssumeRoleWithWebIdentity.</summary>
internal sealed class WebIdentityExchange : IExchange
{
    /// <summary>
    /// The kubelet's swap is atomic on Linux, but a reader may have resolved the path to the old directory just before it is deleted. On
    /// Windows the path is missing for a moment.
    /// </summary>
    private static readonly TimeSpan SwapTime = TimeSpan.FromMilliseconds(100);

    private readonly IrsaSettings _settings;
    private readonly ITokenSource _tokens;
    private readonly Func<IAmazonSecurityTokenService> _client;
    private readonly SessionCall _call;
    private readonly StsExchangeRunner _runner;
    private readonly IExchangeObserver _observer;
    private readonly IDisposable? _owned;
    private readonly TimeProvider _time;
    private bool _durationRefused;

    /// <param name="settings">What to ask for.</param>
    /// <param name="tokens">Where the token is read, at every attempt.</param>
    /// <param name="client">Gets the client; the first use makes it, off the callers' threads.</param>
    /// <param name="dates">Where the client's answers leave their <c>Date</c>.</param>
    /// <param name="runner">Runs the exchange.</param>
    /// <param name="observer">Is told what an operator should know of an exchange that goes on or has succeeded.</param>
    /// <param name="time">The clock.</param>
    /// <param name="owned">Disposed with this exchange: the client's, where no other role shares it.</param>
    public WebIdentityExchange(
        IrsaSettings settings,
        ITokenSource tokens,
        Func<IAmazonSecurityTokenService> client,
        ResponseDates dates,
        StsExchangeRunner runner,
        IExchangeObserver observer,
        TimeProvider time,
        IDisposable? owned = null)
    {
        _settings = settings;
        _tokens = tokens;
        _client = client;
        _call = new SessionCall(dates, time);
        _runner = runner;
        _observer = observer;
        _owned = owned;
        _time = time;
    }

    public Task<ExchangeOutcome> ExchangeAsync(ExchangeRequest request, CancellationToken cancellationToken) =>
        _runner.RunAsync(new Steps(this), request, cancellationToken);

    public object? ReadInputVersion() => _tokens.ReadVersion();

    public void Dispose() => _owned?.Dispose();

    private AssumeRoleWithWebIdentityRequest CreateRequest(WebIdentityToken token)
    {
        var request = new AssumeRoleWithWebIdentityRequest
        {
            RoleArn = _settings.RoleArn,
            RoleSessionName = SessionName.For(_settings, token.Claims, Environment.MachineName),
            WebIdentityToken = token.Value,
            Policy = _settings.SessionPolicy,
        };
        if (_settings.SessionDuration is { } duration && !_durationRefused)
        {
            request.DurationSeconds = (int)duration.TotalSeconds;
        }

        if (_settings.SessionPolicyArns.Count > 0)
        {
            request.PolicyArns = [.. _settings.SessionPolicyArns.Select(static arn => new PolicyDescriptorType { Arn = arn })];
        }

        return request;
    }

    private sealed class Steps(WebIdentityExchange exchange) : IExchangeSteps
    {
        private TokenReadResult? _read;
        private bool _isReading;
        private bool _mayWaitForFile = true;
        private bool _mayWaitForToken = true;

        public TokenClaims? Token => _read?.Token?.Claims;

        public IReadOnlyList<string> Secrets => _read?.Token is { } token ? [token.Value] : [];

        public object? InputVersion => _read?.Version;

        public Failure? FailureAtTimeLimit => !_isReading ? null : _read?.Failure
            ?? exchange._tokens.TimedOut();

        public async Task<Failure?> ReadAsync(CancellationToken cancellationToken)
        {
            _isReading = true;
            _read = await exchange._tokens.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (_mayWaitForFile && _read.Failure is { Code: IrsaErrorCode.TokenFileNotFound })
            {
                _mayWaitForFile = false;
                await Task.Delay(SwapTime, exchange._time, cancellationToken).ConfigureAwait(false);
                _read = await exchange._tokens.ReadAsync(cancellationToken).ConfigureAwait(false);
            }

            _isReading = false;
            if (_read.Failure is null)
            {
                exchange._observer.TokenRead(_read.Warning);
            }

            return _read.Failure;
        }

        public async Task<ExchangeOutcome> CallAsync(ExchangeContext context, CancellationToken cancellationToken)
        {
            var token = _read!.Token!;
            var client = exchange._client();
            var request = exchange.CreateRequest(token);
            var answer = await exchange._call.MakeAsync(
                request,
                () => client.AssumeRoleWithWebIdentityAsync(request, cancellationToken),
                static response => (response.Credentials, response.AssumedRoleUser),
                request.DurationSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
                InputVersion).ConfigureAwait(false);
            var outcome = StsResponseValidator.Validate(answer, context);
            if (outcome.Failure is null)
            {
                exchange._observer.Exchanged(token.Claims, answer.ServerTime, answer.LocalTime);
            }

            return outcome;
        }

        public async Task<Failure?> RecoverAsync(Failure failure, CancellationToken cancellationToken)
        {
            switch (failure.Code)
            {
                case IrsaErrorCode.TokenExpired when _mayWaitForToken:
                    // The kubelet may have replaced the token since it was read, or be about to.
                    _mayWaitForToken = false;
                    exchange._observer.TokenExpired(failure);
                    return await exchange._tokens.WaitForChangeAsync(_read!.Version, cancellationToken).ConfigureAwait(false) ? null : failure;
                case IrsaErrorCode.DurationAboveMaximum when !exchange._durationRefused:
                    exchange._durationRefused = true;
                    exchange._observer.DurationRefused(failure);
                    return null;
                default:
                    return failure;
            }
        }
    }
}
