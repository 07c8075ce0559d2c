using Irsa.Credentials.Configuration;

namespace Irsa.Credentials.Refresh;

/// <summary>Reads a cache's state, which is one moment's, without its lock.</summary>
internal static class CredentialStatusReader
{
    public static CredentialStatus Read(CredentialCache cache)
    {
        var state = cache.State;
        var now = cache.Clock.Milliseconds;
        var isServing = state.Servable(now) is not null;
        return new CredentialStatus
        {
            State = (state.IsDisposed, isServing, state.Failures) switch
            {
                (true, _, _) => CredentialState.Disposed,
                (_, true, null) => CredentialState.Valid,
                (_, true, _) => CredentialState.RefreshFailing,
                (_, false, null) when state.Current is null => CredentialState.Pending,
                _ => CredentialState.Unavailable,
            },
            RoleArn = cache.RoleArn,
            AssumedRoleArn = state.Current?.AssumedRoleArn,
            SessionName = state.Current is { } current ? AssumedRoleArn.SessionNameOf(current.AssumedRoleArn) : null,
            LastRefresh = state.Current?.IssuedAt,
            Expiration = state.Current?.Expiration,
            NextRefresh = state.DueAt == long.MaxValue ? null : cache.UtcNow + TimeSpan.FromMilliseconds(state.DueAt - now),
            FailuresInARow = state.Failures?.Count ?? 0,
            LastError = state.Failures is { } failures ? failures.Newest.ToException(failures.NextRetry(isServing)) : null,
        };
    }
}
