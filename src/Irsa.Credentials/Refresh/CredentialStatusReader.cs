using Irsa.Credentials.Configuration;

namespace Irsa.Credentials.Refresh;

/// <summary>Reads a cache's state without its lock: each part is immutable, and a status is a moment's view anyway.</summary>
internal static class CredentialStatusReader
{
    public static CredentialStatus Read(CredentialCache cache)
    {
        var snapshot = cache.Current;
        var failures = cache.Failures;
        var now = cache.Clock.Milliseconds;
        var isUsable = snapshot is not null && snapshot.IsUsable(now);
        return new CredentialStatus
        {
            State = (cache.IsDisposed, isUsable, failures) switch
            {
                (true, _, _) => CredentialState.Disposed,
                (_, true, null) => CredentialState.Valid,
                (_, true, _) => CredentialState.RefreshFailing,
                (_, false, null) when snapshot is null && !cache.HasEverSucceeded => CredentialState.Pending,
                _ => CredentialState.Unavailable,
            },
            RoleArn = cache.RoleArn,
            AssumedRoleArn = snapshot?.AssumedRoleArn,
            SessionName = snapshot is null ? null : AssumedRoleArn.SessionNameOf(snapshot.AssumedRoleArn),
            LastRefresh = snapshot?.IssuedAt,
            Expiration = snapshot?.Expiration,
            NextRefresh = cache.NextAttemptAt is { } next ? cache.UtcNow + TimeSpan.FromMilliseconds(next - now) : null,
            FailuresInARow = failures?.Count ?? 0,
            LastError = failures?.Newest.ToException(failures.RetryAtUtc),
        };
    }
}
