using System.Collections.Concurrent;
using Irsa.Credentials.Configuration;
using Irsa.Credentials.Failures;
using Irsa.Credentials.Refresh;
using Irsa.Credentials.Tokens;
using Microsoft.Extensions.Logging;

namespace Irsa.Credentials.Telemetry;

/// <summary>
/// Turns what the cache and the exchange report into log lines and metrics: one line at the first success, one warning per streak of
/// failures, one line at recovery.
/// </summary>
/// <remarks>
/// Callers wait for an exchange, and a logger may itself need AWS or throw. So what an exchange reports is queued, and logged after its end.
/// </remarks>
internal sealed class CredentialReporter : IRefreshObserver, IExchangeObserver
{
    private readonly ILogger _logger;
    private readonly string _roleArn;
    private readonly string _region;
    private readonly Func<string> _endpoint;
    private readonly string _ignoredSources;
    private readonly bool _usesContainer;
    private readonly bool _isInCluster;
    private readonly DeveloperSource? _developer;
    private readonly IdentityTelemetry _telemetry;
    private ConcurrentQueue<Action>? _queued;
    private string? _developerType;
    private bool _skewReported;
    private string? _fileReported;
    private DateTimeOffset? _staleTokenReported;
    private bool _leftToSource;

    public CredentialReporter(IdentityTelemetry telemetry, IrsaSettings settings, string roleArn, Func<string> endpoint, InjectedEnvironment environment)
    {
        _logger = telemetry.Log;
        _telemetry = telemetry;
        _roleArn = roleArn;
        _region = settings.Region;
        _endpoint = endpoint;
        _usesContainer = settings.Container is not null;
        _isInCluster = environment.IsInCluster;
        _developer = settings.Developer;
        _ignoredSources = IgnoredSources(environment, _usesContainer);
    }

    /// <summary>Gets the first role's cache where this reports on the second's: it has reported its own failures, which fail the second role too.</summary>
    public CredentialCache? Source { get; init; }

    public void Succeeded(CredentialSnapshot snapshot, TimeSpan took, FailureStreak? ended, bool isFirst)
    {
        _telemetry.Record(took, _roleArn, errorId: null);
        LogQueued();
        if (isFirst)
        {
            var nextRefresh = snapshot.Expiration - TimeSpan.FromMilliseconds(snapshot.ExpiresAt - snapshot.RefreshAt);
            if (_developer is not null && Source is null)
            {
                _logger.DeveloperCredentials(_isInCluster ? LogLevel.Warning : LogLevel.Information, _developer.Name, _developerType, _developer.Option, snapshot.Expiration);
            }
            else if (_usesContainer)
            {
                _logger.FirstContainerCredentials(snapshot.AssumedRoleArn ?? $"a role that {_endpoint()} does not name", _endpoint(), _region, snapshot.Expiration, nextRefresh, _ignoredSources);
            }
            else
            {
                _logger.FirstCredentials(snapshot.AssumedRoleArn ?? _roleArn, _roleArn, _endpoint(), _region, snapshot.Expiration, nextRefresh, _ignoredSources);
            }
        }

        if (ended is not null)
        {
            _logger.Recovered(_roleArn, ended.Count, snapshot.Expiration);
        }
        else if (!isFirst)
        {
            _logger.Refreshed(_roleArn, took.TotalSeconds, snapshot.Expiration);
        }
    }

    public void Failed(FailureStreak streak, TimeSpan took, CredentialSnapshot? stillServed)
    {
        var failure = streak.Newest;
        var nextRetry = streak.NextRetry(isServing: stillServed is not null);
        _telemetry.Record(took, _roleArn, failure.Id);
        LogQueued();
        var isSources = Source?.Failures?.Newest == failure;
        if (stillServed is null && !isSources && (_leftToSource || !streak.LeftNothingBefore))
        {
            _logger.NoCredentials(_roleArn, nextRetry, failure.Id, failure.Words);
        }
        else if (streak.Count == 1 && stillServed is not null)
        {
            _logger.RefreshFailed(_roleArn, stillServed.Expiration, nextRetry, failure.Id, failure.Words);
        }
        else
        {
            _logger.StillFailing(_roleArn, streak.Count, nextRetry, failure.Id);
        }

        _leftToSource = isSources;
    }

    public void TokenRead(Failure? warning)
    {
        if (warning is not null && warning.Message != _fileReported)
        {
            Enqueue(() => _logger.TokenFileExposed(warning.ToString()));
        }

        _fileReported = warning?.Message;
    }

    public void TokenExpired(Failure failure) => Enqueue(() => _logger.TokenExpired(failure.ToString()));

    public void DurationRefused(Failure failure) => Enqueue(() => _logger.DurationRefused(_roleArn, failure.ToString()));

    public void Exchanged(TokenClaims token, DateTimeOffset? serverTime, DateTimeOffset localTime)
    {
        var skew = serverTime is { } date ? localTime - date : TimeSpan.Zero;
        if (ClockSkew.IsSignificant(skew) && !_skewReported)
        {
            _skewReported = true;
            Enqueue(() => _logger.ClockIsWrong(DurationText.Of(skew), skew > TimeSpan.Zero ? "ahead of" : "behind"));
        }

        if (token is { IssuedAt: { } issued, Expiration: { } expires } && TokenRotation.IsOverdue(token, serverTime ?? localTime) && _staleTokenReported != issued)
        {
            _staleTokenReported = issued;
            Enqueue(() => _logger.TokenNotRotated(TokenFileFailures.NotRotated(issued, expires).ToString()));
        }
    }

    /// <param name="type">The type of what the SDK has found on a developer's machine.</param>
    public void DeveloperCredentialsFound(string type) => _developerType = type;

    private void Enqueue(Action log) => LazyInitializer.EnsureInitialized(ref _queued).Enqueue(log);

    private void LogQueued()
    {
        while (_queued is { } queued && queued.TryDequeue(out var log))
        {
            log();
        }
    }

    private static string IgnoredSources(InjectedEnvironment environment, bool usesContainer)
    {
        string?[] others =
        [
            environment.HasStaticKeys ? "AWS_ACCESS_KEY_ID" : null,
            !usesContainer && environment.HasPodIdentity ? "AWS_CONTAINER_CREDENTIALS_FULL_URI" : null,
            usesContainer && environment.WebIdentityTokenFile is not null ? "AWS_WEB_IDENTITY_TOKEN_FILE" : null,
            environment.Profile is { } profile ? $"profile {profile}" : null,
        ];
        return others.OfType<string>().DefaultIfEmpty("none").Aggregate(static (left, right) => $"{left}, {right}");
    }
}
