using System.Globalization;
using Amazon.Runtime;
using Amazon.S3;

namespace Irsa.Credentials.Benchmarks;

/// <summary>
/// Eight workers send signed requests to an S3 that verifies them while the credentials are replaced every few milliseconds. A torn request
/// carries the key of one session and the token of another; the server sees it as such.
/// </summary>
internal static class TornRequests
{
    private const int Workers = 8;
    private static readonly TimeSpan BetweenRotations = TimeSpan.FromMilliseconds(3);

    /// <returns>How many of ours were torn.</returns>
    public static async Task<int> RunAsync(int requests, int rotations)
    {
        Console.WriteLine("| Provider | Requests | Rotations | Torn | Otherwise refused |");
        Console.WriteLine("|---|---|---|---|---|");
        var tornOfOurs = 0;
        foreach (var isStock in new[] { true, false })
        {
            await using var contender = await Contender.StartAsync(isStock);
            var refused = await StressAsync(contender, requests, rotations);
            var torn = contender.Aws.S3.Calls.Count(static call => call.ErrorCode == "InvalidToken");
            tornOfOurs = isStock ? 0 : torn;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {(isStock ? "Stock" : "Irsa.Credentials")} | {contender.Aws.S3.Calls.Count} | {contender.Aws.Sts.Calls.Count} | {torn} | {refused - (isStock ? torn : 0)} |"));
        }

        return tornOfOurs;
    }

    /// <returns>How many requests failed in the eyes of the workers.</returns>
    private static async Task<int> StressAsync(Contender contender, int requests, int rotations)
    {
        using var s3 = new AmazonS3Client(contender.Credentials, new AmazonS3Config
        {
            ServiceURL = contender.Aws.S3.Endpoint.AbsoluteUri,
            AuthenticationRegion = contender.Aws.Region,
            MaxErrorRetry = 0,
        });
        using var done = new CancellationTokenSource();
        var rotator = RotateAsync(contender, done.Token);
        var sent = 0;
        var refused = 0;
        await Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Increment(ref sent) <= requests || contender.Aws.Sts.Calls.Count < rotations)
            {
                try
                {
                    await s3.ListBucketsAsync();
                }
                catch (AmazonServiceException)
                {
                    Interlocked.Increment(ref refused);
                }
            }
        })));
        await done.CancelAsync();
        await rotator;
        return refused;
    }

    private static async Task RotateAsync(Contender contender, CancellationToken ends)
    {
        using var timer = new PeriodicTimer(BetweenRotations, TimeProvider.System);
        while (!ends.IsCancellationRequested)
        {
            contender.Rotate();
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }
    }
}
