using Irsa.Credentials.Sts;
using Irsa.Credentials.Tokens;

namespace Irsa.Credentials.Tests.Sts;

public sealed class SessionLifetimeTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>From a second to days; none of them makes a wrong clock confirm a duration that was not granted.</summary>
    private static readonly int[] Skews =
        [.. new[] { 0, 1, 20, 59, 61, 90, 180, 299, 600, 2400, 5000, 7200, 90_000, 200_000 }.SelectMany(static skew => (int[])[skew, -skew]).Distinct()];

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
    [InlineData(30, null, 0, 30)]
    [InlineData(60, null, -300, 60)]
    public void Two_witnesses_that_agree_are_believed(int expiresInMinutes, int? serverOff, int localOff, int expectedMinutes) => Assert.Equal(
        TimeSpan.FromMinutes(expectedMinutes),
        SessionLifetime.Calculate(
            Now.AddMinutes(expiresInMinutes),
            serverOff is { } off ? Now.AddMinutes(off) : null,
            Now.AddMinutes(localOff),
            Hour));

    [Fact]
    public void More_than_was_asked_for_is_never_believed() =>
        Assert.Equal(Hour, SessionLifetime.Calculate(Now.AddHours(5), null, Now, Hour));

    /// <summary>AWS grants what is asked for, so there are always two right witnesses: also for the hour that replaces a refused duration.</summary>
    [Fact]
    public void One_wrong_clock_changes_nothing_about_a_session_of_AWS()
    {
        foreach (var requested in (TimeSpan[])[TimeSpan.FromMinutes(15), Hour, TimeSpan.FromHours(12)])
        {
            foreach (var skew in Skews)
            {
                AssertTrue(requested, requested, dateOff: 0, localOff: skew);
                AssertTrue(requested, requested, dateOff: skew, localOff: 0);
            }
        }
    }

    /// <summary>Other servers grant less, so the duration is no witness, and a second wrong one must not lead to a life beyond the true one.</summary>
    [Theory]
    [InlineData(50)]
    [InlineData(70)]
    [InlineData(1000)]
    public void A_session_shorter_than_asked_for_is_used_and_with_one_right_clock_never_beyond_its_true_life(int seconds)
    {
        var life = TimeSpan.FromSeconds(seconds);
        AssertTrue(life, Hour, dateOff: null, localOff: 0);
        foreach (var skew in Skews)
        {
            Assert.True(Calculate(life, Hour, dateOff: skew, localOff: 0) <= life, $"Date off by {skew} s");
            Assert.InRange(Calculate(life, Hour, dateOff: 0, localOff: skew), TimeSpan.FromTicks(1), life);

            // A Date that a proxy has cached is behind. From the two clocks alone nobody can tell that from a local clock that is ahead.
            if (skew <= 0)
            {
                AssertTrue(life, Hour, dateOff: skew, localOff: 0);
                AssertTrue(life, Hour, dateOff: 0, localOff: skew);
            }
        }
    }

    [Fact]
    public void An_expired_answer_is_never_believed_to_live_while_the_Date_is_right()
    {
        foreach (var skew in Skews)
        {
            Assert.True(Calculate(TimeSpan.FromSeconds(-30), Hour, dateOff: 0, localOff: skew) <= TimeSpan.Zero, $"local clock off by {skew} s");
        }

        Assert.True(Calculate(TimeSpan.FromSeconds(-30), Hour, dateOff: null, localOff: 0) <= TimeSpan.Zero);
    }

    private static void AssertTrue(TimeSpan life, TimeSpan requested, int? dateOff, int localOff)
    {
        var calculated = Calculate(life, requested, dateOff, localOff);
        Assert.True(
            calculated > TimeSpan.Zero && calculated <= life && !ClockSkew.IsSignificant(life - calculated),
            $"{calculated} for {life} of {requested}, Date off by {dateOff} s, local clock by {localOff} s");
    }

    private static TimeSpan Calculate(TimeSpan life, TimeSpan requested, int? dateOff, int localOff) =>
        SessionLifetime.Calculate(Now + life, dateOff is { } off ? Now.AddSeconds(off) : null, Now.AddSeconds(localOff), requested);
}
