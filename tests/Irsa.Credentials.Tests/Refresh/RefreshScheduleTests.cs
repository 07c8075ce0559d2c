using Irsa.Credentials.Refresh;

namespace Irsa.Credentials.Tests.Refresh;

public sealed class RefreshScheduleTests
{
    [Theory]
    [InlineData(0.0, 30.0)]
    [InlineData(1.0, 33.0)]
    public void Refresh_is_due_between_the_fraction_and_a_tenth_more(double random, double minutes) =>
        Assert.Equal(minutes, new RefreshSchedule(0.5, () => random).RefreshAfter(TimeSpan.FromHours(1), TimeSpan.Zero).TotalMinutes, 6);

    [Theory]
    [InlineData(0.0, 0.0)]
    [InlineData(0.5, 15.75)]
    [InlineData(1 / 1.05, 30.0)]
    [InlineData(1 - (0.25 * 0.05 / 1.05), 31.5)]
    [InlineData(1.0, 33.0)]
    public void The_first_refresh_is_drawn_from_what_is_left_of_an_interval_at_a_random_moment(double random, double minutes) =>
        Assert.Equal(minutes, new RefreshSchedule(0.5, () => random).FirstRefreshAfter(TimeSpan.FromHours(1)).TotalMinutes, 6);

    [Fact]
    public void The_first_refresh_has_the_average_of_the_residual_life()
    {
        var random = new Random(1);
        var schedule = new RefreshSchedule(0.5, random.NextDouble);
        var average = Enumerable.Range(0, 100_000).Average(_ => schedule.FirstRefreshAfter(TimeSpan.FromHours(1)).TotalMinutes);

        // E[X^2] / (2 E[X]) of intervals X that are uniform in [30, 33].
        Assert.Equal(((31.5 * 31.5) + (9 / 12.0)) / (2 * 31.5), average, 0.1);
    }

    [Theory]
    [InlineData(0, 30)]
    [InlineData(1, 29)]
    [InlineData(25, 5)]
    [InlineData(29.9, 0.1)]
    [InlineData(30, 30)]
    [InlineData(65, 25)]
    [InlineData(-10, 10)]
    [InlineData(-45, 15)]
    public void A_late_or_early_refresh_keeps_its_place_in_the_timetable(double minutesLate, double minutes) =>
        Assert.Equal(minutes, new RefreshSchedule(0.5, static () => 0).RefreshAfter(TimeSpan.FromHours(1), TimeSpan.FromMinutes(minutesLate)).TotalMinutes, 6);

    [Fact]
    public void A_session_without_life_is_due_at_once() =>
        Assert.Equal(TimeSpan.Zero, new RefreshSchedule(0.5, static () => 0.5).RefreshAfter(TimeSpan.Zero, TimeSpan.FromMinutes(1)));

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
    [InlineData(0, 15)]
    [InlineData(-30, 15)]
    public void In_the_last_two_minutes_and_in_the_margin_a_retry_starts_every_15_seconds(double untilMarginSeconds, double expected) =>
        Assert.Equal(expected, new RefreshSchedule(0.5, () => 1).RetryAfter(20, isPermanent: false, TimeSpan.FromSeconds(untilMarginSeconds)).TotalSeconds, 6);

    [Theory]
    [InlineData(1, false, 5)]
    [InlineData(2, false, 10)]
    [InlineData(9, false, 25)]
    [InlineData(1, true, 25)]
    public void With_nothing_usable_retries_are_at_most_25_seconds_apart(int failures, bool permanent, double wholeSeconds)
    {
        Assert.Equal(wholeSeconds, new RefreshSchedule(0.5, () => 1).RetryAfter(failures, permanent, untilMargin: null).TotalSeconds, 6);
        Assert.Equal(wholeSeconds / 2, new RefreshSchedule(0.5, () => 0).RetryAfter(failures, permanent, untilMargin: null).TotalSeconds, 6);
    }

    [Theory]
    [InlineData(1, false, 0.5, 1)]
    [InlineData(3, false, 0.5, 4)]
    [InlineData(9, false, 0.5, 10)]
    [InlineData(1, true, 0.0, 1)]
    [InlineData(9, true, 1.0, 5)]
    public void A_shared_failure_lasts_1_to_10_seconds(int failures, bool permanent, double random, double expected) =>
        Assert.Equal(expected, new RefreshSchedule(0.5, () => random).ShareFailureFor(failures, permanent).TotalSeconds, 6);
}
