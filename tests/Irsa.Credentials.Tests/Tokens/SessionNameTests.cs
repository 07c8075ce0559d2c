using Irsa.Credentials.Tokens;

namespace Irsa.Credentials.Tests.Tokens;

public sealed class SessionNameTests
{
    [Theory]
    [InlineData("configured", "pod", "configured")]
    [InlineData(null, "orders-7d9f8b6c5-x2x4q", "orders-7d9f8b6c5-x2x4q")]
    [InlineData(null, null, "host")]
    [InlineData(null, "pod/with:odd 日本", "pod-with-odd---")]
    [InlineData(null, "x", "x-")]
    [InlineData(null, "0123456789012345678901234567890123456789012345678901234567890123456789", "0123456789012345678901234567890123456789012345678901234567890123")]
    public void It_is_as_configured_else_the_pods_else_the_hosts(string? configured, string? pod, string expected) =>
        Assert.Equal(expected, SessionName.For(TestSettings.Create() with { RoleSessionName = configured }, new TokenClaims { PodName = pod }, "host"));
}
