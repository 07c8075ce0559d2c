using System.Runtime.CompilerServices;

namespace Irsa.Credentials.TestSupport;

/// <summary>Waits for what another thread is about to do.</summary>
internal static class Eventually
{
    /// <summary>No test depends on speed; one that waits in vain ends and says for what.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <exception cref="TimeoutException">It does not come to that.</exception>
    public static async Task IsTrueAsync(Func<bool> condition, CancellationToken cancellationToken, [CallerArgumentExpression(nameof(condition))] string text = "")
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (TimeProvider.System.GetElapsedTime(started) > Patience)
            {
                throw new TimeoutException("It does not come to this: " + text);
            }

            await Task.Yield();
        }
    }
}
