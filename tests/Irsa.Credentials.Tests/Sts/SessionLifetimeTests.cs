using Irsa.Credentials.Sts;

namespace Irsa.Credentials.Tests.Sts;

public sealed class SessionLifetimeTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Theory]
    [InlineData(60, 0, 0, 60)]
    [InlineData(60, 0, 150, 60)]
    [InlineData(60, 0, -150, 60)]
    [InlineData(60, -180, 0, 60)]
    [InlineData(60, 180, 0, 60)]
    [InlineData(30, 0, 0, 30)]
    [InlineData(-5, 0, 0, -5)]
    [InlineData(-5, 0, -300, -5)]
    [InlineData(60, null, 0, 60)]
    public void STSs_clock_decides_unless_only_the_local_one_makes_sense(int expiresInMinutes, int? serverOff, int localOff, int expectedMinutes) => Assert.Equal(
        TimeSpan.FromMinutes(expectedMinutes),
        SessionLifetime.Judge(
            Now.AddMinutes(expiresInMinutes),
            serverOff is { } off ? Now.AddMinutes(off) : null,
            Now.AddMinutes(localOff),
            Hour));

    [Fact]
    public void More_than_was_asked_for_is_never_believed() =>
        Assert.Equal(Hour, SessionLifetime.Judge(Now.AddHours(5), null, Now, Hour));
}
