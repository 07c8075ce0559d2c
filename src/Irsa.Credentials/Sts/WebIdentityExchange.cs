using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;
using Irsa.Credentials.AwsSdk;
using Irsa.Credentials.Configuration;
using Irsa.Credentials.Failures;
using Irsa.Credentials.Refresh;
using Irsa.Credentials.Telemetry;
using Irsa.Credentials.Tokens;

namespace Irsa.Credentials.Sts;

/// <summary>Token file to credentials: reads the token, calls AssumeRoleWithWebIdentity, judges the answer.</summary>
internal sealed class WebIdentityExchange : IExchange
{
    /// <summary>
    /// The kubelet's swap is atomic on Linux, but a reader may be on its way through the old directory when that goes; on Windows the path
    /// is missing for a moment.
    /// </summary>
    private static readonly TimeSpan SwapTime = TimeSpan.FromMilliseconds(100);

    private readonly IrsaSettings _settings;
    private readonly ITokenSource _tokens;
    private readonly Lazy<IAmazonSecurityTokenService> _sts;
    private readonly ResponseDates _dates;
    private readonly IExchangeObserver _observer;
    private readonly TimeProvider _time;
    private readonly MonotonicClock _clock;
    private readonly ExchangeResilience _resilience;
    private bool _durationRefused;

    /// <param name="settings">What to ask for.</param>
    /// <param name="tokens">Where the token is read, at every call.</param>
    /// <param name="connect">Opens the client at the first exchange, off the first caller's thread.</param>
    /// <param name="dates">Where the client's answers leave their <c>Date</c>.</param>
    /// <param name="endpoint">The endpoint as errors name it.</param>
    /// <param name="observer">Is told what an operator should know of a successful exchange.</param>
    /// <param name="time">The clock.</param>
    /// <param name="proxy">Finds the proxy on the way, for errors.</param>
    public WebIdentityExchange(
        IrsaSettings settings,
        ITokenSource tokens,
        Func<IAmazonSecurityTokenService> connect,
        ResponseDates dates,
        string endpoint,
        IExchangeObserver observer,
        TimeProvider time,
        Func<string?>? proxy = null)
    {
        _settings = settings;
        _tokens = tokens;
        _sts = new Lazy<IAmazonSecurityTokenService>(connect, LazyThreadSafetyMode.PublicationOnly);
        _dates = dates;
        _observer = observer;
        _time = time;
        _clock = new MonotonicClock(time);
        _resilience = new ExchangeResilience(
            settings,
            new ExchangeContext("AssumeRoleWithWebIdentity", settings.RoleArn, endpoint, settings.Region, Token: null, Attempts: 0) { FindProxy = proxy },
            time);
    }

    public Task<ExchangeOutcome> ExchangeAsync(ExchangeRequest request, CancellationToken cancellationToken) =>
        _resilience.RunAsync(request, ReadInputVersion(), AttemptAsync, cancellationToken);

    public object? ReadInputVersion() => _tokens.Stamp();

    public void Dispose()
    {
        if (_sts.IsValueCreated)
        {
            _sts.Value.Dispose();
        }
    }

    private async Task<ExchangeResult> AttemptAsync(ExchangeProgress progress, CancellationToken cancellationToken)
    {
        while (true)
        {
            var seen = _tokens.Stamp();
            var token = await ReadAsync(progress, cancellationToken).ConfigureAwait(false);
            try
            {
                return await AskAsync(token, progress, cancellationToken).ConfigureAwait(false);
            }
            catch (IrsaException refused) when (refused.Code == IrsaErrorCode.TokenExpired && progress.MayWaitForToken)
            {
                // The kubelet may have replaced the token since it was read, or be about to.
                progress.MayWaitForToken = false;
                _observer.TokenExpired(refused.Failure);
                await _tokens.WaitForChangeAsync(seen, cancellationToken).ConfigureAwait(false);
            }
            catch (IrsaException refused) when (refused.Code == IrsaErrorCode.DurationAboveMaximum && !_durationRefused)
            {
                _durationRefused = true;
                _observer.DurationRefused(refused.Failure);
            }
        }
    }

    private async ValueTask<WebIdentityToken> ReadAsync(ExchangeProgress progress, CancellationToken cancellationToken)
    {
        try
        {
            return await _tokens.ReadAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (IrsaException missing) when (missing.Code == IrsaErrorCode.TokenFileNotFound && progress.MayWaitForFile)
        {
            progress.MayWaitForFile = false;
            progress.LastFailure = missing.Failure;
        }

        await Task.Delay(SwapTime, _time, cancellationToken).ConfigureAwait(false);
        return await _tokens.ReadAsync(cancellationToken).ConfigureAwait(false);
    }

    private Task<ExchangeResult> AskAsync(WebIdentityToken token, ExchangeProgress progress, CancellationToken cancellationToken)
    {
        progress.Token = token.Claims;
        return _resilience.CallAsync(progress, (context, callToken) => CallAsync(token, context, callToken), cancellationToken);
    }

    private async Task<ExchangeResult> CallAsync(WebIdentityToken token, ExchangeContext context, CancellationToken cancellationToken)
    {
        var request = Request(token);
        var sentAt = _clock.Milliseconds;
        var localTime = _time.GetUtcNow();
        var response = await _sts.Value.AssumeRoleWithWebIdentityAsync(request, cancellationToken).ConfigureAwait(false);

        var serverTime = _dates.Of(request);
        var requested = (_durationRefused ? null : _settings.SessionDuration) ?? StsResponseValidator.DefaultDuration;
        var judged = StsResponseValidator.Judge(response.Credentials, response.AssumedRoleUser, serverTime, localTime, requested, context);
        _observer.Exchanged(token.Claims, serverTime, localTime);
        return judged with { SentAt = sentAt };
    }

    private AssumeRoleWithWebIdentityRequest Request(WebIdentityToken token)
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
}
