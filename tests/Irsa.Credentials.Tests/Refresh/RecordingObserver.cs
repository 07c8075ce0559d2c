using System.Threading.Channels;
using Irsa.Credentials.Refresh;

namespace Irsa.Credentials.Tests.Refresh;

/// <summary>Remembers what the cache reported, and lets a test wait for it: reports come after the callers have been answered.</summary>
internal sealed class RecordingObserver : IRefreshObserver
{
    private readonly Channel<string> _reports = Channel.CreateUnbounded<string>();

    public Action? OnReport { get; set; }

    public bool IsEmpty => _reports.Reader.Count == 0;

    public async Task<string> NextAsync() =>
        await _reports.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromMinutes(5), TimeProvider.System);

    public void Succeeded(CredentialSnapshot snapshot, TimeSpan took, FailureStreak? ended, bool isFirst) =>
        Report(isFirst ? "first" : ended is null ? "refreshed" : $"recovered after {ended.Count}");

    public void Failed(FailureStreak streak, TimeSpan took, CredentialSnapshot? stillServed) =>
        Report($"failed {streak.Count}{(stillServed is null ? ", nothing to serve" : string.Empty)}");

    private void Report(string report)
    {
        OnReport?.Invoke();
        _reports.Writer.TryWrite(report);
    }
}
