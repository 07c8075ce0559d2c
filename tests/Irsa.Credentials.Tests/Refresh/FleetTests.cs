using Amazon.Runtime;
using Irsa.Credentials.Refresh;

namespace Irsa.Credentials.Tests.Refresh;

/// <summary>100,000 pods that start within a minute: how evenly they use STS afterwards, by the rules that the cache itself follows.</summary>
public sealed class FleetTests
{
    private const int Pods = 100_000;
    private const long Second = 1000, Minute = 60 * Second, Hour = 60 * Minute, Window = 10 * Second;

    // The counting noise of 529 exchanges a window: the highest of 360 windows is 13 % above the mean.
    private const double MostPeakOverMean = 1.2;

    [Fact]
    public void A_roll_out_is_spread_evenly_from_its_first_hour()
    {
        var fleet = new Fleet(seed: 1, outageFrom: long.MaxValue, outageUntil: long.MaxValue);

        for (var hour = 0; hour < 4; hour++)
        {
            Assert.InRange(fleet.PeakOverMean(Minute + (hour * Hour), Minute + ((hour + 1) * Hour)), 1, MostPeakOverMean);
        }
    }

    [Fact]
    public void An_outage_of_25_minutes_is_noticed_by_no_pod_and_leaves_no_peaks_behind()
    {
        var end = (2 * Hour) + (25 * Minute);
        var fleet = new Fleet(seed: 2, outageFrom: 2 * Hour, outageUntil: end);

        // All have refreshed again when the longest retry is over.
        var recovered = end + (5 * Minute);
        Assert.Equal(0, fleet.WithoutCredentials);
        Assert.InRange(fleet.PeakOverMean(recovered, end + Hour), 1, MostPeakOverMean);
        Assert.InRange(fleet.PeakOverMean(end + Hour, end + (2 * Hour)), 1, MostPeakOverMean);
    }

    private sealed class Fleet
    {
        private const long End = 5 * Hour;
        private static readonly ImmutableCredentials Keys = new("key", "secret", "token");

        private readonly Random _random;
        private readonly RefreshSchedule _schedule;
        private readonly int[] _exchanges = new int[(End / Window) + 1];
        private readonly long _outageFrom;
        private readonly long _outageUntil;

        public Fleet(int seed, long outageFrom, long outageUntil)
        {
            _random = new Random(seed);
            _schedule = new RefreshSchedule(0.5, _random.NextDouble);
            _outageFrom = outageFrom;
            _outageUntil = outageUntil;
            for (var pod = 0; pod < Pods; pod++)
            {
                Run();
            }
        }

        public int WithoutCredentials { get; private set; }

        public double PeakOverMean(long from, long until)
        {
            var windows = _exchanges.AsSpan((int)(from / Window), (int)((until - from) / Window)).ToArray();
            return windows.Max() / windows.Average();
        }

        private void Run()
        {
            var state = CacheState.Empty;
            for (var now = _random.NextInt64(Minute); now < End; now = state.DueAt)
            {
                _exchanges[now / Window]++;
                var utcNow = DateTimeOffset.UnixEpoch.AddMilliseconds(now);
                if (now >= _outageFrom && now < _outageUntil)
                {
                    state = state.Failed(ScriptedExchange.Failure(), null, followsRejection: false, _schedule, now, utcNow);
                    WithoutCredentials += state.Usable(now) is null ? 1 : 0;
                }
                else
                {
                    state = state.Succeeded(Issue(state.Current, now, utcNow), TimeSpan.Zero, now, utcNow);
                }
            }
        }

        private CredentialSnapshot Issue(CredentialSnapshot? previous, long now, DateTimeOffset utcNow)
        {
            var result = new ExchangeResult
            {
                Keys = Keys,
                AssumedRoleArn = "arn:aws:sts::111122223333:assumed-role/app/pod",
                Expiration = utcNow.AddHours(1),
                Lifetime = TimeSpan.FromHours(1),
                SentAt = now,
            };
            var refreshAfter = previous is null
                ? _schedule.FirstRefreshAfter(result.Lifetime)
                : _schedule.RefreshAfter(result.Lifetime, TimeSpan.FromMilliseconds(now - previous.RefreshAt));
            return new CredentialSnapshot(result, refreshAfter, TimeSpan.FromSeconds(60), now, utcNow);
        }
    }
}
