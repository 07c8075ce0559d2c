using System.Globalization;
using Irsa.Credentials.Testing;

namespace Irsa.Credentials.SampleTests;

/// <summary>Twenty pods started together: each asks STS once, and their refreshes do not march in step.</summary>
public sealed class RollingDeployTests
{
    private const int Pods = 20;
    private static readonly TimeSpan Session = TimeSpan.FromMinutes(1);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Twenty_pods_started_together_ask_once_each_and_refresh_at_times_of_their_own()
    {
        await using var aws = await LocalAws.StartAsync(static options => options.Buckets.Add("bucket"), Cancel);

        // Sessions of a minute, so that refreshes are due while one looks on.
        aws.Sts.Faults.Always(Fault.ShortSession(Session));
        var pods = await Task.WhenAll(Enumerable.Range(0, Pods).Select(number => StartAsync(aws, number)));
        try
        {
            foreach (var (_, http) in pods)
            {
                (await http.GetAsync("/health/ready", Cancel)).EnsureSuccessStatusCode();
            }

            for (var seen = Pods; Delays(aws).Count < Pods; seen++)
            {
                await aws.Sts.WaitForCallsAsync(seen, Cancel);
            }

            // Of a refresh in step all twenty would come after the same time; drawn from 27 seconds, about two come within any three.
            var delays = Delays(aws);
            TestContext.Current.TestOutputHelper!.WriteLine($"Seconds from exchange to first refresh: {string.Join(' ', delays.Select(static delay => delay.ToString("0.0", CultureInfo.InvariantCulture)))}; {aws.Sts.Calls.Count} calls to STS");
            Assert.All(delays, static first => Assert.InRange(first, 1, 1.2 * Session.TotalSeconds));
            Assert.All(delays, first => Assert.InRange(delays.Count(other => other >= first && other < first + 3), 1, 12));
        }
        finally
        {
            foreach (var (process, http) in pods)
            {
                http.Dispose();
                Assert.Equal(0, await process.TerminateAsync());
                await process.DisposeAsync();
            }
        }
    }

    private static Task<(SampleProcess Process, HttpClient Client)> StartAsync(LocalAws aws, int number) => SampleProcess.StartAsync(new Dictionary<string, string>(aws.Environment)
    {
        ["AWS_ROLE_SESSION_NAME"] = string.Create(CultureInfo.InvariantCulture, $"orders-{number:00}"),
        ["S3__Bucket"] = "bucket",
        ["AWS_ENDPOINT_URL_STS"] = aws.Sts.Endpoint.AbsoluteUri,
        ["AWS_ENDPOINT_URL_S3"] = aws.S3.Endpoint.AbsoluteUri,
        ["Irsa__ExpiryMargin"] = "00:00:05",
    });

    /// <summary>Of each pod that has refreshed, how many seconds after its first exchange it did.</summary>
    private static List<double> Delays(LocalAws aws) =>
        [.. aws.Sts.Calls.GroupBy(static call => call.RoleSessionName).Where(static calls => calls.Count() > 1)
            .Select(static calls => calls.Select(static call => call.ReceivedAt).Order().Take(2).ToArray())
            .Select(static pair => (pair[1] - pair[0]).TotalSeconds).Order()];
}
