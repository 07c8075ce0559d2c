using Amazon.Runtime;
using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;
using Irsa.Credentials.AwsSdk;
using Irsa.Credentials.Configuration;
using Irsa.Credentials.Failures;
using Irsa.Credentials.Refresh;

namespace Irsa.Credentials.Sts;

/// <summary>The first role's credentials to the second's: calls AssumeRole with a snapshot of the first provider.</summary>
internal sealed class ChainedExchange : IExchange
{
    private readonly ChainedRole _role;
    private readonly CredentialCache _source;
    private readonly Func<AWSCredentials, IAmazonSecurityTokenService> _connect;
    private readonly ResponseDates _dates;
    private readonly TimeProvider _time;
    private readonly MonotonicClock _clock;
    private readonly ExchangeResilience _resilience;

    /// <param name="role">The second role.</param>
    /// <param name="settings">The budget and the region, which both hops share.</param>
    /// <param name="source">The first role's engine; disposed with this exchange.</param>
    /// <param name="connect">Opens a client that signs with the given credentials.</param>
    /// <param name="dates">Where the clients' answers leave their <c>Date</c>.</param>
    /// <param name="endpoint">The endpoint as errors name it.</param>
    /// <param name="time">The clock.</param>
    /// <param name="proxy">Finds the proxy on the way, for errors.</param>
    public ChainedExchange(
        ChainedRole role,
        IrsaSettings settings,
        CredentialCache source,
        Func<AWSCredentials, IAmazonSecurityTokenService> connect,
        ResponseDates dates,
        string endpoint,
        TimeProvider time,
        Func<string?>? proxy = null)
    {
        _role = role;
        _source = source;
        _connect = connect;
        _dates = dates;
        _time = time;
        _clock = new MonotonicClock(time);
        _resilience = new ExchangeResilience(
            settings,
            new ExchangeContext("AssumeRole", role.RoleArn, endpoint, settings.Region, Token: null, Attempts: 0) { FindProxy = proxy },
            time);
    }

    public async Task<ExchangeOutcome> ExchangeAsync(ExchangeRequest request, CancellationToken cancellationToken)
    {
        // The first role's engine has retries and a budget of its own, so its failure is final here.
        var inputVersion = ReadInputVersion();
        CredentialSnapshot source;
        try
        {
            source = await _source.GetSnapshotAsync(request.MinimumLifetime, cancellationToken).ConfigureAwait(false);
        }
        catch (IrsaException failed)
        {
            return ExchangeOutcome.Failed(failed.Failure, inputVersion);
        }

        return await _resilience.RunAsync(
            request,
            inputVersion,
            async (progress, token) =>
            {
                try
                {
                    return await AskAsync(source, progress, token).ConfigureAwait(false);
                }
                catch (IrsaException refused) when (IsSessionRejection(refused))
                {
                    var next = await ReplacementAsync(source, request.MinimumLifetime, token).ConfigureAwait(false);
                    if (next.Keys.AccessKey == source.Keys.AccessKey)
                    {
                        // Why it cannot be replaced says more than that it is refused.
                        throw _source.Failures?.Newest.ToException() ?? refused;
                    }

                    source = next;
                }

                return await AskAsync(source, progress, token).ConfigureAwait(false);
            },
            cancellationToken).ConfigureAwait(false);
    }

    public object? ReadInputVersion() => (_source.Current?.Keys.AccessKey, _source.ReadInputVersion());

    public void Dispose() => _source.Dispose();

    private static bool IsSessionRejection(IrsaException refused) => refused.StsErrorCode is "ExpiredToken" or "ExpiredTokenException" or "InvalidClientTokenId";

    /// <summary>The same again where the first role's engine has replaced its session for such a refusal only just now.</summary>
    private ValueTask<CredentialSnapshot> ReplacementAsync(CredentialSnapshot refused, TimeSpan minimumLifetime, CancellationToken cancellationToken)
    {
        _source.Invalidate(refused.Keys.AccessKey);
        return _source.GetSnapshotAsync(minimumLifetime, cancellationToken);
    }

    private Task<ExchangeResult> AskAsync(CredentialSnapshot source, ExchangeProgress progress, CancellationToken cancellationToken) =>
        _resilience.CallAsync(progress, (context, callToken) => CallAsync(source, context, callToken), cancellationToken);

    private async Task<ExchangeResult> CallAsync(CredentialSnapshot source, ExchangeContext context, CancellationToken cancellationToken)
    {
        // One client a call, so that the call is signed with this one snapshot; its connections are shared.
        using var sts = _connect(source.Frozen);
        var request = Request(source);
        var sentAt = _clock.Milliseconds;
        var localTime = _time.GetUtcNow();
        var response = await sts.AssumeRoleAsync(request, cancellationToken).ConfigureAwait(false);

        var requested = _role.SessionDuration ?? StsResponseValidator.DefaultDuration;
        var judged = StsResponseValidator.Judge(response.Credentials, response.AssumedRoleUser, _dates.Of(request), localTime, requested, context);
        return CappedBy(source, judged with { SentAt = sentAt });
    }

    /// <summary>The second session is not used longer than the first lives: whoever ends the first session means to end both.</summary>
    private static ExchangeResult CappedBy(CredentialSnapshot source, ExchangeResult result)
    {
        var sourceLives = TimeSpan.FromMilliseconds(source.ExpiresAt - result.SentAt);
        return sourceLives >= result.Lifetime
            ? result
            : result with { Lifetime = sourceLives, Expiration = result.Expiration < source.Expiration ? result.Expiration : source.Expiration };
    }

    private AssumeRoleRequest Request(CredentialSnapshot source)
    {
        var request = new AssumeRoleRequest
        {
            RoleArn = _role.RoleArn,
            RoleSessionName = _role.RoleSessionName ?? AssumedRoleArn.SessionNameOf(source.AssumedRoleArn),
            ExternalId = _role.ExternalId,
        };
        if (_role.SessionDuration is { } duration)
        {
            request.DurationSeconds = (int)duration.TotalSeconds;
        }

        if (_role.Tags.Count > 0)
        {
            request.Tags = [.. _role.Tags.Select(static tag => new Tag { Key = tag.Key, Value = tag.Value })];
        }

        return request;
    }
}
