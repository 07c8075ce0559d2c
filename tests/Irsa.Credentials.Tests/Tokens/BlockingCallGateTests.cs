using Irsa.Credentials.Tokens;

namespace Irsa.Credentials.Tests.Tokens;

public sealed class BlockingCallGateTests
{
    private readonly BlockingCallGate _gate = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_call_that_hangs_holds_one_thread_and_everybody_can_give_up()
    {
        using var release = new ManualResetEventSlim();
        using var patience = new CancellationTokenSource();
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var others = 0;

        var hanging = _gate.RunAsync(
            () =>
            {
                begun.SetResult();
                release.Wait(Cancel);
                return "late";
            },
            patience.Token);
        await begun.Task.WaitAsync(Cancel);
        var waiting = Enumerable.Range(0, 10).Select(_ => _gate.RunAsync(Other, patience.Token)).ToList();
        Assert.Null(_gate.TryRun(Other));
        await patience.CancelAsync();

        foreach (var caller in waiting.Prepend(hanging))
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => caller);
        }

        Assert.Equal(0, others);
        var next = _gate.RunAsync(Other, Cancel);
        release.Set();
        Assert.Equal("other", await next.WaitAsync(TimeSpan.FromMinutes(5), TimeProvider.System, Cancel));

        string Other()
        {
            Interlocked.Increment(ref others);
            return "other";
        }
    }

    [Fact]
    public async Task A_call_that_throws_fails_its_caller_and_nobody_else()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => _gate.RunAsync<string>(static () => throw new InvalidOperationException(), Cancel));
        Assert.Throws<InvalidOperationException>(() => _gate.TryRun<string>(static () => throw new InvalidOperationException()));

        Assert.Equal("other", await _gate.RunAsync(static () => "other", Cancel));
        Assert.Equal("other", _gate.TryRun(static () => "other"));
    }

    [Fact]
    public async Task What_a_call_has_returned_is_not_kept()
    {
        var returned = await CallAsync();

        // This method may still run on the stack of the call's own end.
        for (var look = 0; look < 100 && returned.TryGetTarget(out _); look++)
        {
            await Task.Yield();
            GC.Collect();
        }

        Assert.False(returned.TryGetTarget(out _));

        async Task<WeakReference<object>> CallAsync() => new(await _gate.RunAsync(static () => new object(), Cancel));
    }
}
