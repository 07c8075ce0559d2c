using Amazon.Runtime;
using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;
using Irsa.Credentials.Configuration;
using Irsa.Credentials.Failures;
using Irsa.Credentials.Refresh;
using Irsa.Credentials.Tokens;

namespace Irsa.Credentials.Sts;

/// <summary>
/// Gets credentials from the agent of EKS Pod Identity, or from ECS. They keep what they have issued for hours, so the same keys may come again:
/// that is no failure, and the cache asks again when half of what is left has passed.
/// </summary>
internal sealed class ContainerExchange : IExchange
{
    /// <summary>As for web identity: the kubelet swaps the directory of the token.</summary>
    private static readonly TimeSpan SwapTime = TimeSpan.FromMilliseconds(100);

    private readonly ContainerEndpoint _endpoint;
    private readonly ITokenSource? _tokens;
    private readonly ContainerClient _client;
    private readonly Func<AWSCredentials, IAmazonSecurityTokenService> _createStsClient;
    private readonly Func<string> _findSts;
    private readonly StsExchangeRunner _runner;
    private readonly TimeProvider _time;
    private readonly MonotonicClock _clock;
    private readonly IDisposable? _owned;
    private VerifiedKey? _verified;

    /// <param name="endpoint">Where to ask.</param>
    /// <param name="tokens">Where the token is read, at every attempt; null where a variable holds it, or where there is none.</param>
    /// <param name="client">Asks; disposed with this exchange.</param>
    /// <param name="createStsClient">Makes a client that signs with the given credentials, for the comparison of the role.</param>
    /// <param name="findSts">Finds the endpoint of that client, as errors name it.</param>
    /// <param name="runner">Runs the exchange.</param>
    /// <param name="time">The clock.</param>
    /// <param name="owned">Disposed with this exchange: the clients of STS, where no other role shares them.</param>
    public ContainerExchange(
        ContainerEndpoint endpoint,
        ITokenSource? tokens,
        ContainerClient client,
        Func<AWSCredentials, IAmazonSecurityTokenService> createStsClient,
        Func<string> findSts,
        StsExchangeRunner runner,
        TimeProvider time,
        IDisposable? owned)
    {
        _endpoint = endpoint;
        _tokens = tokens;
        _client = client;
        _createStsClient = createStsClient;
        _findSts = findSts;
        _runner = runner;
        _time = time;
        _clock = MonotonicClock.Of(time);
        _owned = owned;
    }

    public Task<ExchangeOutcome> ExchangeAsync(ExchangeRequest request, CancellationToken cancellationToken) =>
        _runner.RunAsync(new Steps(this), request, cancellationToken);

    public object? ReadInputVersion() => _tokens?.ReadVersion();

    public void Dispose()
    {
        _client.Dispose();
        _owned?.Dispose();
    }

    /// <summary>The endpoint does not say whose keys it gives, so STS is asked once for each new key.</summary>
    private async Task<ExchangeOutcome> VerifyAsync(ExchangeResult result, string expected, object? inputVersion, ExchangeContext context, CancellationToken cancellationToken)
    {
        if (_verified is { } verified && verified.AccessKey == result.Keys.AccessKey)
        {
            return ExchangeOutcome.Succeeded(result with { AssumedRoleArn = verified.AssumedRoleArn }, inputVersion);
        }

        var frozen = new SnapshotCredentials(Task.FromResult(result.Keys), result.Expiration);
        var call = context with { Operation = "GetCallerIdentity", FindEndpoint = _findSts, Secrets = [.. context.Secrets, result.Keys.SecretKey, result.Keys.Token] };
        GetCallerIdentityResponse answer;
        try
        {
            using var client = _createStsClient(frozen);
            answer = await client.GetCallerIdentityAsync(new GetCallerIdentityRequest(), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failed)
        {
            var seen = cancellationToken.IsCancellationRequested ? new TimeoutException() : failed;
            return ExchangeOutcome.Failed(FailureClassifier.Classify(seen, call), inputVersion);
        }

        if (!AssumedRoleArn.IsSessionOf(answer.Arn ?? string.Empty, expected))
        {
            return ExchangeOutcome.Failed(ContainerFailures.OtherRole(answer.Arn ?? string.Empty, context), inputVersion);
        }

        _verified = new VerifiedKey(result.Keys.AccessKey, answer.Arn!);
        return ExchangeOutcome.Succeeded(result with { AssumedRoleArn = answer.Arn }, inputVersion);
    }

    private sealed class Steps(ContainerExchange exchange) : IExchangeSteps
    {
        private TokenReadResult? _read;
        private bool _isReading;
        private bool _mayWaitForFile = true;
        private bool _mayWaitForToken = true;

        public TokenClaims? Token => _read?.Token?.Claims;

        public IReadOnlyList<string> Secrets => TokenValue is { } token ? [token] : [];

        public object? InputVersion => _read?.Version;

        public Failure? FailureAtTimeLimit => !_isReading ? null : _read?.Failure
            ?? exchange._tokens!.TimedOut();

        private string? TokenValue => _read?.Token?.Value ?? exchange._endpoint.Token;

        public async Task<Failure?> ReadAsync(CancellationToken cancellationToken)
        {
            if (exchange._tokens is not { } tokens)
            {
                return null;
            }

            _isReading = true;
            _read = await tokens.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (_mayWaitForFile && _read.Failure is { Code: IrsaErrorCode.TokenFileNotFound })
            {
                _mayWaitForFile = false;
                await Task.Delay(SwapTime, exchange._time, cancellationToken).ConfigureAwait(false);
                _read = await tokens.ReadAsync(cancellationToken).ConfigureAwait(false);
            }

            _isReading = false;
            return _read.Failure is { } failure ? ContainerFailures.OfTokenFile(failure) : null;
        }

        public async Task<ExchangeOutcome> CallAsync(ExchangeContext context, CancellationToken cancellationToken)
        {
            var sentAt = exchange._clock.Milliseconds;
            var localTime = exchange._time.GetUtcNow();
            var (answer, failure) = await exchange._client.GetAsync(TokenValue, context, cancellationToken).ConfigureAwait(false);
            if (answer is null)
            {
                return Failed(failure!);
            }

            // Nobody says how long the session was meant to live, so the longest session of AWS is the limit of what a wrong clock can make of it.
            var lifetime = SessionLifetime.Calculate(answer.Expiration, answer.ServerTime, localTime, SessionRules.LongestDuration);
            if (lifetime <= TimeSpan.Zero)
            {
                return Failed(StsFailures.Expired(answer.Expiration, answer.ServerTime, context));
            }

            var result = new ExchangeResult
            {
                Keys = answer.Keys,
                AssumedRoleArn = null,
                Expiration = answer.Expiration,
                Lifetime = lifetime,
                SentAt = sentAt,
            };
            return exchange._endpoint.ExpectedRole is { } expected
                ? await exchange.VerifyAsync(result, expected, InputVersion, context, cancellationToken).ConfigureAwait(false)
                : ExchangeOutcome.Succeeded(result, InputVersion);
        }

        public async Task<Failure?> RecoverAsync(Failure failure, CancellationToken cancellationToken)
        {
            if (!_mayWaitForToken || exchange._tokens is null || failure.Sts is not { ErrorCode: "ExpiredTokenException" })
            {
                return failure;
            }

            // The kubelet may have replaced the token since it was read, or be about to.
            _mayWaitForToken = false;
            return await exchange._tokens.WaitForChangeAsync(_read!.Version, cancellationToken).ConfigureAwait(false) ? null : failure;
        }

        private ExchangeOutcome Failed(Failure failure) => ExchangeOutcome.Failed(failure, InputVersion);
    }

    /// <summary>Which key STS was asked about last, and what it said.</summary>
    private sealed record VerifiedKey(string AccessKey, string AssumedRoleArn);
}
