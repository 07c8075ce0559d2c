using Amazon.Runtime;
using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;
using Irsa.Credentials.AwsSdk;
using Irsa.Credentials.Configuration;
using Irsa.Credentials.Failures;
using Irsa.Credentials.Refresh;
using Irsa.Credentials.Tokens;

namespace Irsa.Credentials.Sts;

/// <summary>
/// Exchanges the first role's credentials for the second's: calls AssumeRole with a snapshot of the first role's cache. From then on the second
/// session lives by its own expiration, whatever becomes of the first, so its refresh is planned as that of a single role.
/// </summary>
internal sealed class ChainedExchange : IExchange
{
    private readonly ChainedRole _role;
    private readonly Func<AWSCredentials, IAmazonSecurityTokenService> _createClient;
    private readonly SessionCall _call;
    private readonly StsExchangeRunner _runner;

    /// <param name="role">The second role.</param>
    /// <param name="source">The first role's cache; disposed with this exchange.</param>
    /// <param name="createClient">Makes a client that signs with the given credentials.</param>
    /// <param name="dates">Where the clients' answers leave their <c>Date</c>.</param>
    /// <param name="runner">Runs the exchange.</param>
    /// <param name="time">The clock.</param>
    public ChainedExchange(
        ChainedRole role,
        CredentialCache source,
        Func<AWSCredentials, IAmazonSecurityTokenService> createClient,
        ResponseDates dates,
        StsExchangeRunner runner,
        TimeProvider time)
    {
        _role = role;
        Source = source;
        _createClient = createClient;
        _call = new SessionCall(dates, time);
        _runner = runner;
    }

    /// <summary>Gets the first role's cache: its failing refresh is also this identity's, while the second session still lives.</summary>
    public CredentialCache Source { get; }

    public async Task<ExchangeOutcome> ExchangeAsync(ExchangeRequest request, CancellationToken cancellationToken)
    {
        // The first role has retries and a time limit of its own, so its failure is final here. Any of its sessions that is alive will do: how long
        // the second session lives does not depend on it.
        var before = ReadInputVersion();
        CredentialSnapshot source;
        try
        {
            source = await Source.GetSnapshotAsync(TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
        }
        catch (IrsaException failed)
        {
            return ExchangeOutcome.Failed(failed.Failure, before);
        }

        return await _runner.RunAsync(new Steps(this, source), request, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The first session's key. A changed token file is none of this: the first role's cache watches it, and has another session soon.</summary>
    public object? ReadInputVersion() => VersionOf(Source.Current);

    public void Dispose() => Source.Dispose();

    /// <summary>Never null, which would mean unknown.</summary>
    private static string VersionOf(CredentialSnapshot? source) => source?.Keys.AccessKey ?? "none";

    private AssumeRoleRequest CreateRequest(CredentialSnapshot source)
    {
        var request = new AssumeRoleRequest
        {
            RoleArn = _role.RoleArn,
            RoleSessionName = _role.RoleSessionName ?? (source.AssumedRoleArn is { } first ? AssumedRoleArn.SessionNameOf(first) : SessionName.OfHost()),
            ExternalId = _role.ExternalId,
            SourceIdentity = _role.SourceIdentity,
        };
        if (_role.SessionDuration is { } duration)
        {
            request.DurationSeconds = (int)duration.TotalSeconds;
        }

        if (_role.Tags.Count > 0)
        {
            request.Tags = [.. _role.Tags.Select(static tag => new Tag { Key = tag.Key, Value = tag.Value })];
        }

        if (_role.TransitiveTagKeys.Count > 0)
        {
            request.TransitiveTagKeys = [.. _role.TransitiveTagKeys];
        }

        return request;
    }

    private sealed class Steps(ChainedExchange exchange, CredentialSnapshot source) : IExchangeSteps
    {
        private CredentialSnapshot _source = source;
        private bool _mayReplaceSource = true;

        public TokenClaims? Token => null;

        public IReadOnlyList<string> Secrets => [_source.Keys.SecretKey, _source.Keys.Token];

        public object? InputVersion => VersionOf(_source);

        public Failure? FailureAtTimeLimit => null;

        public Task<Failure?> ReadAsync(CancellationToken cancellationToken) => Task.FromResult<Failure?>(null);

        public async Task<ExchangeOutcome> CallAsync(ExchangeContext context, CancellationToken cancellationToken)
        {
            // One client per call, so that the call is signed with this one snapshot; the connections are shared.
            using var client = exchange._createClient(_source.Frozen);
            var request = exchange.CreateRequest(_source);
            var answer = await exchange._call.MakeAsync(
                request,
                () => client.AssumeRoleAsync(request, cancellationToken),
                static response => (response.Credentials, response.AssumedRoleUser),
                exchange._role.SessionDuration,
                InputVersion).ConfigureAwait(false);
            return StsResponseValidator.Validate(answer, context);
        }

        /// <summary>Replaces a first session that STS refuses. It is the same again where the first role's cache has replaced it only just now.</summary>
        public async Task<Failure?> RecoverAsync(Failure failure, CancellationToken cancellationToken)
        {
            if (!_mayReplaceSource || failure.Sts?.ErrorCode is not ("ExpiredToken" or "ExpiredTokenException" or "InvalidClientTokenId"))
            {
                return failure;
            }

            _mayReplaceSource = false;
            var refused = _source.Keys.AccessKey;
            exchange.Source.Invalidate(refused);
            try
            {
                _source = await exchange.Source.GetSnapshotAsync(TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
            }
            catch (IrsaException failed)
            {
                return failed.Failure;
            }

            // Why it cannot be replaced says more than that it is refused.
            return _source.Keys.AccessKey == refused ? exchange.Source.Failures?.Newest ?? failure : null;
        }
    }
}
