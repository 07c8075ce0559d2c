using System.Runtime.CompilerServices;

namespace Irsa.Credentials.PerformanceTests;

/// <summary>Providers that nobody uses any more and nobody disposed.</summary>
public sealed class DroppedProviderTests : IDisposable
{
    private readonly InMemoryPod _pod = new();

    [Fact]
    public void They_leave_no_timer()
    {
        Drop(1);
        var before = Timer.ActiveCount;

        Drop(300);

        Assert.InRange(Timer.ActiveCount, 0, before);
    }

    public void Dispose() => _pod.Dispose();

    private void Drop(int count)
    {
        for (var i = 0; i < count; i++)
        {
            DropOne();
        }

        for (var i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }

    /// <summary>A method of its own, so that no local variable keeps the provider.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void DropOne() => _pod.CreateCredentialsAsync().GetAwaiter().GetResult();
}
