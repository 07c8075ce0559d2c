using Amazon.Runtime;
using Irsa.Credentials.Refresh;

namespace Irsa.Credentials.Tests.Refresh;

public sealed class SnapshotCredentialsTests
{
    /// <summary>The SDK's presigners and token generators read it.</summary>
    [Fact]
    public async Task It_gives_one_session_whoever_asks_and_says_when_that_ends()
    {
        var keys = new ImmutableCredentials("ASIAKEY", "secret", "token");
        var credentials = new SnapshotCredentials(Task.FromResult(keys), new DateTimeOffset(2026, 11, 23, 14, 0, 0, TimeSpan.FromHours(2)));

        Assert.Same(keys, credentials.GetCredentials());
        Assert.Same(keys, await credentials.GetCredentialsAsync());
        Assert.Equal(new DateTime(2026, 11, 23, 12, 0, 0, DateTimeKind.Utc), credentials.Expiration);
        Assert.Equal(DateTimeKind.Utc, credentials.Expiration?.Kind);
    }
}
