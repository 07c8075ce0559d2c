namespace Irsa.Credentials.Refresh;

/// <summary>Is told what happened, never under the cache's lock and never before the callers are.</summary>
internal interface IRefreshObserver
{
    void Succeeded(CredentialSnapshot snapshot, TimeSpan took, FailureStreak? ended, bool isFirst);

    void Failed(FailureStreak streak, TimeSpan took, CredentialSnapshot? stillServed);
}
