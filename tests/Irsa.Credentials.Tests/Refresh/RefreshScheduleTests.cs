using Irsa.Credentials.Refresh;

namespace Irsa.Credentials.Tests.Refresh;

public sealed class RefreshScheduleTests
{
    [Theory]
    [InlineData(0.0, false, 30.0)]
    [InlineData(1.0, false, 33.0)]
    [InlineData(0.0, true, 6.0)]
    [InlineData(1.0, true, 33.0)]
    public void Refresh_is_due_between_the_fraction_and_a_tenth_more(double random, bool isFirst, double minutes) =>
        Assert.Equal(minutes, new RefreshSchedule(0.5, () => random).RefreshAfter(TimeSpan.FromHours(1), isFirst).TotalMinutes, 6);

    [Theory]
    [InlineData(1, false, 5)]
    [InlineData(2, false, 10)]
    [InlineData(6, false, 160)]
    [InlineData(7, false, 300)]
    [InlineData(1000, false, 300)]
    [InlineData(1, true, 30)]
    [InlineData(4, true, 240)]
    [InlineData(5, true, 300)]
    public void Retries_double_from_5_or_30_seconds_to_300_and_are_drawn_from_half_to_whole(int failures, bool permanent, double wholeSeconds)
    {
        var far = TimeSpan.FromHours(1);
        Assert.Equal(wholeSeconds, new RefreshSchedule(0.5, () => 1).RetryAfter(failures, permanent, far).TotalSeconds, 6);
        Assert.Equal(wholeSeconds / 2, new RefreshSchedule(0.5, () => 0).RetryAfter(failures, permanent, far).TotalSeconds, 6);
    }

    [Theory]
    [InlineData(400, 280)]
    [InlineData(130, 15)]
    [InlineData(119, 15)]
    [InlineData(1, 15)]
    [InlineData(0, 300)]
    public void The_last_two_minutes_are_reached_and_then_tried_every_15_seconds(double usableForSeconds, double expected) =>
        Assert.Equal(expected, new RefreshSchedule(0.5, () => 1).RetryAfter(20, isPermanent: false, TimeSpan.FromSeconds(usableForSeconds)).TotalSeconds, 6);

    [Theory]
    [InlineData(1, false, 0.5, 1)]
    [InlineData(3, false, 0.5, 4)]
    [InlineData(9, false, 0.5, 10)]
    [InlineData(1, true, 0.0, 1)]
    [InlineData(9, true, 1.0, 5)]
    public void A_shared_failure_lasts_1_to_10_seconds(int failures, bool permanent, double random, double expected) =>
        Assert.Equal(expected, new RefreshSchedule(0.5, () => random).ShareFailureFor(failures, permanent).TotalSeconds, 6);
}
