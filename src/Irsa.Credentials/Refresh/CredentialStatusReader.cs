using Irsa.Credentials.Configuration;

namespace Irsa.Credentials.Refresh;

/// <summary>Reads a cache's state, which is one moment's, without its lock.</summary>
internal static class CredentialStatusReader
{
    public static CredentialStatus Read(CredentialCache cache)
    {
        var state = cache.State;
        var now = cache.Clock.Milliseconds;
        var isServing = !state.IsRejected && state.Usable(now) is not null;
        var (failures, nextRetry) = Failures(cache, state, isServing);
        return new CredentialStatus
        {
            State = (state.IsDisposed, isServing, failures) switch
            {
                (true, _, _) => CredentialState.Disposed,
                (_, true, null) => CredentialState.Valid,
                (_, true, _) => CredentialState.RefreshFailing,
                (_, false, null) when state.Current is null => CredentialState.Pending,
                _ => CredentialState.Unavailable,
            },
            RoleArn = cache.RoleArn,
            AssumedRoleArn = state.Current?.AssumedRoleArn,
            SessionName = state.Current?.AssumedRoleArn is { } assumed ? AssumedRoleArn.SessionNameOf(assumed) : null,
            LastRefresh = state.Current?.IssuedAt,
            Expiration = state.Current?.Expiration,
            NextRefresh = state.DueAt == long.MaxValue ? null : cache.UtcNow + TimeSpan.FromMilliseconds(state.DueAt - now),
            FailuresInARow = failures?.Count ?? 0,
            LastError = failures?.Newest.ToException(nextRetry),
        };
    }

    /// <summary>The cache's own failures; where it has none, those of the first role, which will fail this one's next refresh too.</summary>
    private static (FailureStreak? Streak, DateTimeOffset? NextRetry) Failures(CredentialCache cache, CacheState state, bool isServing)
    {
        if (state.Failures is { } own)
        {
            return (own, own.NextRetry(isServing));
        }

        return !state.IsDisposed && state.Current is not null && cache.Source is { Failures: { } first } source
            ? (first, first.NextRetry(isServing: source.State.Usable(source.Clock.Milliseconds) is not null))
            : (null, null);
    }
}
