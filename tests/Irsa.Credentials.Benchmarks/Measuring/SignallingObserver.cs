using System.Threading.Channels;
using Irsa.Credentials.Refresh;

namespace Irsa.Credentials.Benchmarks.Measuring;

/// <summary>Lets a simulation wait for the end of an attempt.</summary>
internal sealed class SignallingObserver : IRefreshObserver
{
    private readonly Channel<bool> _ended = Channel.CreateUnbounded<bool>();

    public ValueTask<bool> NextAsync() => _ended.Reader.ReadAsync();

    public void Succeeded(CredentialSnapshot snapshot, TimeSpan took, FailureStreak? ended, bool isFirst) => _ended.Writer.TryWrite(true);

    public void Failed(FailureStreak streak, TimeSpan took, CredentialSnapshot? stillServed) => _ended.Writer.TryWrite(true);
}
