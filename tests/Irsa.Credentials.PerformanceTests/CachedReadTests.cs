using System.Runtime.CompilerServices;
using Irsa.Credentials.Refresh;
using Microsoft.Extensions.Time.Testing;

namespace Irsa.Credentials.PerformanceTests;

/// <summary>The reads of cached credentials: by applications, and by a signed request. Once a second one of them compares the clocks; here no time passes.</summary>
public sealed class CachedReadTests : IAsyncLifetime, IDisposable
{
    private const int Reads = 1000;

    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddYears(50));
    private readonly InMemoryPod _pod;
    private WebIdentityTokenCredentials _credentials = null!;

    public CachedReadTests() => _pod = new InMemoryPod(_time);

    public static TheoryData<string> AllReads => [.. Read.Keys];

    private static Dictionary<string, Action<WebIdentityTokenCredentials>> Read { get; } = new()
    {
        ["GetCredentialsAsync"] = static credentials => _ = credentials.GetCredentialsAsync(),
        ["GetCredentials"] = static credentials => _ = credentials.GetCredentials(),
        ["asynchronous signed request"] = static credentials => RequireResult(credentials.Cache.GetSnapshotAsync(TimeSpan.Zero, CancellationToken.None)),
        ["synchronous signed request"] = static credentials => _ = credentials.Cache.GetSnapshot(TimeSpan.Zero),
    };

    public async ValueTask InitializeAsync() => _credentials = await _pod.CreateCredentialsAsync(_time);

    [Theory]
    [MemberData(nameof(AllReads))]
    public void A_cached_read_allocates_nothing(string read)
    {
        Repeat(Read[read]);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Repeat(Read[read]);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [MemberData(nameof(AllReads))]
    public void A_cached_read_ends_while_another_thread_holds_the_lock_of_the_cache(string read)
    {
        var reader = new Thread(() => Repeat(Read[read])) { IsBackground = true };
        lock (GateOf(_credentials.Cache))
        {
            reader.Start();

            Assert.True(reader.Join(TimeSpan.FromSeconds(30)), "The read waits for the lock.");
        }
    }

    [Fact]
    public void Reads_ask_STS_for_nothing()
    {
        foreach (var read in Read.Values)
        {
            Repeat(read);
        }

        Assert.Equal(1, _pod.Aws.StsCalls);
    }

    public ValueTask DisposeAsync() => _credentials.DisposeAsync();

    public void Dispose() => _pod.Dispose();

    private void Repeat(Action<WebIdentityTokenCredentials> read)
    {
        for (var i = 0; i < Reads; i++)
        {
            read(_credentials);
        }
    }

    private static void RequireResult(ValueTask<CredentialSnapshot> read) => Assert.True(read.IsCompletedSuccessfully);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_gate")]
    private static extern ref object GateOf(CredentialCache cache);
}
