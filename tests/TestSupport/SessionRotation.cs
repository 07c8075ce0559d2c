using Microsoft.Extensions.Time.Testing;

namespace Irsa.Credentials.TestSupport;

/// <summary>Replaces sessions while several workers sign with them.</summary>
internal static class SessionRotation
{
    /// <summary>How many sessions there are, each used before it is replaced.</summary>
    public const int Sessions = 20;

    private const int Workers = 4;

    /// <param name="credentials">Whose sessions are replaced.</param>
    /// <param name="time">The clock of the credentials, which is moved past the pause between two rejections.</param>
    /// <param name="signAsync">Signs something and has it verified. What it throws ends the rotation.</param>
    /// <param name="beforeReplacement">What the source needs to issue another session; null for nothing.</param>
    /// <returns>The keys of the sessions.</returns>
    public static async Task<IReadOnlySet<string>> RunAsync(
        WebIdentityTokenCredentials credentials, FakeTimeProvider time, Func<Task> signAsync, Action? beforeReplacement = null)
    {
        using var end = new CancellationTokenSource();
        var workers = Enumerable.Range(0, Workers).Select(_ => Task.Run(async () =>
        {
            do
            {
                await signAsync();
            }
            while (!end.IsCancellationRequested);
        })).ToList();

        var keys = new HashSet<string>();
        try
        {
            for (var i = 0; i < Sessions; i++)
            {
                var current = (await credentials.GetCredentialsAsync(CancellationToken.None)).AccessKey;
                keys.Add(current);
                beforeReplacement?.Invoke();
                time.Advance(TimeSpan.FromSeconds(31));
                if (!credentials.Invalidate(current))
                {
                    throw new InvalidOperationException("The session was not replaced.");
                }

                await signAsync();
            }
        }
        finally
        {
            await end.CancelAsync();
            await Task.WhenAll(workers);
        }

        return keys;
    }
}
