using Amazon.Runtime;
using Amazon.S3;
using Irsa.Credentials.Benchmarks.BadDays;
using Irsa.Credentials.Benchmarks.Measuring;

namespace Irsa.Credentials.Benchmarks.Requests;

/// <summary>
/// Eight workers send signed requests to an S3 that verifies them while the credentials are replaced every few milliseconds. A torn request
/// carries the key of one session and the token of another; the server sees it as such.
/// </summary>
internal static class TornRequestsCommand
{
    private const int Workers = 8;

    private static readonly (string Name, MeasuredProvider Kind)[] Providers =
    [
        ("Stock", MeasuredProvider.StockWebIdentity),
        ("Irsa.Credentials", MeasuredProvider.TokenFile),
        ("Irsa.Credentials, `TokenSource`", MeasuredProvider.TokenSource),
        ("Pod Identity, stock", MeasuredProvider.StockPodIdentity),
        ("Irsa.Credentials, Pod Identity", MeasuredProvider.PodIdentity),
    ];

    private static readonly TimeSpan BetweenRotations = TimeSpan.FromMilliseconds(3);

    /// <returns>How many of ours were torn.</returns>
    public static async Task<int> RunAsync(int requests, int rotations)
    {
        var table = new MarkdownTable("Provider", "Requests", "Rotations", "Torn", "Otherwise refused");
        var tornOfOurs = 0;
        foreach (var (name, kind) in Providers)
        {
            await using var provider = await ProviderOnLocalAws.StartAsync(kind);
            var refused = await StressAsync(provider, requests, rotations);
            var torn = provider.Aws.S3.Calls.Count(static call => call.ErrorCode == "InvalidToken");
            tornOfOurs += provider.IsStock ? 0 : torn;
            table.Add($"{name}", $"{provider.Aws.S3.Calls.Count:#,0}", $"{provider.Calls:#,0}", $"{torn}", $"{refused - torn}");
        }

        return tornOfOurs;
    }

    /// <returns>How many requests failed in the eyes of the workers.</returns>
    private static async Task<int> StressAsync(ProviderOnLocalAws provider, int requests, int rotations)
    {
        using var s3 = new AmazonS3Client(provider.Credentials, new AmazonS3Config
        {
            ServiceURL = provider.Aws.S3.Endpoint.AbsoluteUri,
            AuthenticationRegion = provider.Aws.Region,
            MaxErrorRetry = 0,
        });
        using var done = new CancellationTokenSource();
        var rotator = RotateAsync(provider, done.Token);
        var sent = 0;
        var refused = 0;
        await Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Increment(ref sent) <= requests || provider.Calls < rotations)
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

    private static async Task RotateAsync(ProviderOnLocalAws provider, CancellationToken ends)
    {
        using var timer = new PeriodicTimer(BetweenRotations, TimeProvider.System);
        while (!ends.IsCancellationRequested)
        {
            provider.Rotate();
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }
    }
}
