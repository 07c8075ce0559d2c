using Irsa.Credentials.Configuration;
using Irsa.Credentials.Refresh;

namespace Irsa.Credentials.Diagnosis;

/// <summary>Serves the first role's session, which the doctor already has, to the exchange for the second role.</summary>
internal sealed class IssuedSessionCache : IExchange, IRefreshObserver
{
    private readonly ExchangeResult _issued;

    public IssuedSessionCache(IrsaSettings settings, ExchangeResult issued, TimeProvider time)
    {
        _issued = issued;
        Cache = new CredentialCache(
            settings.RoleArn,
            this,
            new RefreshSchedule(settings.RefreshAtFraction, static () => 1),
            settings.ExpiryMargin,
            settings.ExchangeTimeout,
            this,
            time);
    }

    /// <summary>Gets the cache that serves the session; the exchange for the second role disposes it.</summary>
    public CredentialCache Cache { get; }

    public Task<ExchangeOutcome> ExchangeAsync(ExchangeRequest request, CancellationToken cancellationToken) =>
        Task.FromResult(ExchangeOutcome.Succeeded(_issued, inputVersion: null));

    public object? ReadInputVersion() => null;

    public void Succeeded(CredentialSnapshot snapshot, TimeSpan took, FailureStreak? ended, bool isFirst)
    {
    }

    public void Failed(FailureStreak streak, TimeSpan took, CredentialSnapshot? stillServed)
    {
    }

    public void Dispose()
    {
    }
}
