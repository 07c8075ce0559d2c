using Irsa.Credentials.Refresh;

namespace Irsa.Credentials.Tests.Refresh;

/// <summary>The promise that the benchmark's ride-through counts for ten thousand pods, kept by a few.</summary>
public sealed class OutageTests
{
    private const int Pods = 200;
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(60);

    // The latest refresh is due at 1.1 halves of the hour; what is left then, without the margin and one last step of the back-off.
    private static readonly TimeSpan Outage = TimeSpan.FromMinutes(60 - 33) - Margin - TimeSpan.FromSeconds(15);

    [Fact]
    public async Task An_outage_that_is_shorter_than_what_is_left_after_half_a_session_is_noticed_by_no_request()
    {
        for (var seed = 1; seed <= Pods; seed++)
        {
            var random = new Random(seed);
            var time = new SteppableTime();
            var observer = new RecordingObserver();
            var sts = new ScriptedExchange(time, automatic: true);
            await using var cache = new CredentialCache("role", sts, new RefreshSchedule(0.5, random.NextDouble), Margin, TimeSpan.FromSeconds(20), observer, time);
            await cache.GetAsync(TestContext.Current.CancellationToken);
            await observer.NextAsync();

            await PassAsync(TimeSpan.FromMinutes(random.Next(30, 90)));
            sts.FailAll();
            await PassAsync(Outage);
            sts.AnswerAll();
            await PassAsync(TimeSpan.FromMinutes(6));
            Assert.Null(cache.Failures);

            Task PassAsync(TimeSpan duration) => ExchangeByExchange.AdvanceAsync(cache, time, observer, duration, (_, _) =>
                Assert.True(cache.GetAsync(CancellationToken.None).IsCompletedSuccessfully, $"pod {seed} has nothing to serve"));
        }
    }
}
