using System.Collections.Concurrent;
using System.Globalization;
using System.Reflection;
using System.Web;
using Amazon.Runtime;
using Amazon.Runtime.Endpoints;
using Amazon.S3;
using Amazon.S3.Model;
using Irsa.Credentials.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Irsa.Credentials.ProcessTests;

/// <summary>The SDK has learned from the answers of an endpoint that the local clock is wrong.</summary>
[Collection(nameof(Sequence))]
public sealed class ClockSkewTests : IAsyncLifetime
{
    private LocalAws _aws = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _aws = await LocalAws.StartAsync(static options => options.Buckets.Add("bucket"), Cancel);

    public ValueTask DisposeAsync() => _aws.DisposeAsync();

    [Theory]
    [InlineData(0)]
    [InlineData(-10)]
    [InlineData(10)]
    [InlineData(40)]
    public async Task A_URL_lives_as_long_as_was_asked_for_or_as_the_session_does(int minutesAhead)
    {
        var services = new ServiceCollection();
        services.AddIrsaAws(_aws.Configure).AddClient<IAmazonS3, AmazonS3Config>(_aws.Configure);
        await using var container = services.BuildServiceProvider();
        var s3 = container.GetRequiredService<IAmazonS3>();
        Learned()[s3.Config.DetermineServiceOperationEndpoint(new ServiceOperationEndpointParameters(Get())).URL] = TimeSpan.FromMinutes(minutesAhead);

        var granted = await s3.GetPresignedUrlAsync(Get(), TimeSpan.FromMinutes(30), cancellationToken: Cancel);
        var capped = await s3.GetPresignedUrlAsync(Get(), TimeSpan.FromHours(2), ShortSessionBehavior.Cap, Cancel);

        Assert.Equal(30 * 60, Seconds(granted));
        // The smallest correction of the clock is 10 minutes; how long the test itself takes must not matter.
        Assert.InRange(Seconds(capped), (60 * 60) - 300, 60 * 60);
        Assert.Equal(SignedAt(granted).AddSeconds(Seconds(granted)), granted.Expiration);
        Assert.Equal(SignedAt(capped).AddSeconds(Seconds(capped)), capped.Expiration);
    }

    private static ConcurrentDictionary<string, TimeSpan> Learned() => (ConcurrentDictionary<string, TimeSpan>)typeof(CorrectClockSkew)
        .GetField("clockCorrectionDictionary", BindingFlags.NonPublic | BindingFlags.Static)!.GetValue(null)!;

    private static int Seconds(PresignedUrl url) => int.Parse(HttpUtility.ParseQueryString(url.Url.Query)["X-Amz-Expires"]!, CultureInfo.InvariantCulture);

    private static DateTimeOffset SignedAt(PresignedUrl url) =>
        DateTimeOffset.ParseExact(HttpUtility.ParseQueryString(url.Url.Query)["X-Amz-Date"]!, "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    private static GetPreSignedUrlRequest Get() => new() { BucketName = "bucket", Key = "key", Protocol = Protocol.HTTP };
}
