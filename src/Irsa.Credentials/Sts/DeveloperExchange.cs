using Amazon.Runtime;
using Amazon.Runtime.CredentialManagement;
using Irsa.Credentials.AwsSdk;
using Irsa.Credentials.Configuration;
using Irsa.Credentials.Failures;
using Irsa.Credentials.Refresh;

namespace Irsa.Credentials.Sts;

/// <summary>
/// Takes the credentials of a developer's machine, so that an application works there as in a pod: the same types, status, health and errors.
/// The SDK keeps what it has found until it expires, so the same keys may come again.
/// </summary>
internal sealed class DeveloperExchange : IExchange
{
    /// <summary>For keys that never expire: as long as a presigned URL may live at most.</summary>
    private static readonly TimeSpan LifeWithoutEnd = TimeSpan.FromDays(7);

    private readonly DeveloperSource _source;
    private readonly InjectedEnvironment _environment;
    private readonly Action<string> _found;
    private readonly TimeSpan _limit;
    private readonly TimeProvider _time;
    private readonly MonotonicClock _clock;
    private AWSCredentials? _credentials;

    /// <param name="source">Where to look.</param>
    /// <param name="environment">Names the profile that the SDK's default chain would take.</param>
    /// <param name="found">Is told the type of what the SDK has found.</param>
    /// <param name="limit">How long that may take.</param>
    /// <param name="time">The clock.</param>
    public DeveloperExchange(DeveloperSource source, InjectedEnvironment environment, Action<string> found, TimeSpan limit, TimeProvider time)
    {
        _source = source;
        _environment = environment;
        _found = found;
        _limit = limit;
        _time = time;
        _clock = MonotonicClock.Of(time);
    }

    private string? Profile => _source.Profile ?? _environment.Profile;

    public async Task<ExchangeOutcome> ExchangeAsync(ExchangeRequest request, CancellationToken cancellationToken)
    {
        try
        {
            var sentAt = _clock.Milliseconds;
            Task<ImmutableCredentials> call;
            AWSCredentials credentials;
            using (request.EnterBlockingCall())
            {
                credentials = _credentials ??= DeveloperCredentials.Find(_source);
                call = credentials.GetCredentialsAsync();
            }

            var keys = await call.WaitAsync(_limit, _time, cancellationToken).ConfigureAwait(false);
            var now = _time.GetUtcNow();
            var expiration = credentials.Expiration is { } end ? new DateTimeOffset(end.ToUniversalTime()) : now + LifeWithoutEnd;
            if (expiration <= now)
            {
                _credentials = null;
                return Failed(DeveloperFailures.Expired(_source.Name, expiration, Profile));
            }

            _found(credentials.GetType().Name);
            var result = new ExchangeResult { Keys = keys, AssumedRoleArn = null, Expiration = expiration, Lifetime = expiration - now, SentAt = sentAt };
            return ExchangeOutcome.Succeeded(result, inputVersion: null);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception exception)
        {
            // The developer is about to correct the profile or to log in: what was found before is read again.
            _credentials = null;
            return Failed(exception switch
            {
                TimeoutException => DeveloperFailures.TimedOut(_source.Name, _limit),
                ProfileNotFoundException when Profile is { } missing => DeveloperFailures.ProfileMissing(missing),
                _ => DeveloperFailures.Unavailable(_source.Name, Profile, Profile is { } profile ? DeveloperCredentials.SingleSignOnOf(profile) : null, exception),
            });
        }
    }

    /// <summary>Nothing tells when a developer has logged in; the next exchange is soon.</summary>
    public object? ReadInputVersion() => null;

    public void Dispose()
    {
        // The SDK shares what it finds with the whole process.
    }

    private static ExchangeOutcome Failed(Failure failure) => ExchangeOutcome.Failed(failure, inputVersion: null);
}
