using System.Net;
using Amazon;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Irsa.Credentials.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using NSubstitute;

namespace Irsa.Credentials.IntegrationTests;

public sealed class PresignedUrlTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());
    private readonly HttpClient _http = new();
    private LocalAws _aws = null!;
    private ServiceProvider _provider = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private IAmazonS3 S3 => _provider.GetRequiredService<IAmazonS3>();

    private WebIdentityTokenCredentials Credentials => _provider.GetRequiredService<WebIdentityTokenCredentials>();

    public async ValueTask InitializeAsync()
    {
        _aws = await LocalAws.StartAsync(static options => options.Buckets.Add("bucket"), Cancel);
        Build();
        await S3.PutObjectAsync(new PutObjectRequest { BucketName = "bucket", Key = "key", ContentBody = "shared" }, Cancel);
        _aws.Sts.ClearCalls();

        // Exchanges are a second apart at least.
        _time.Advance(TimeSpan.FromSeconds(1));
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _provider.DisposeAsync();
        await _aws.DisposeAsync();
    }

    [Fact]
    public async Task A_URL_works_and_tells_when_it_ends()
    {
        var before = TimeProvider.System.GetUtcNow();

        var shared = await S3.GetPresignedUrlAsync(Get(), TimeSpan.FromMinutes(10), cancellationToken: Cancel);

        Assert.Equal("shared", await _http.GetStringAsync(shared.Url, Cancel));
        Assert.False(shared.IsCapped);
        Assert.InRange(shared.Expiration, before.AddMinutes(10).AddSeconds(-1), TimeProvider.System.GetUtcNow().AddMinutes(10));
        Assert.Empty(_aws.Sts.Calls);
    }

    [Fact]
    public async Task A_session_with_too_little_left_is_replaced_first()
    {
        _time.Advance(TimeSpan.FromMinutes(5));

        var shared = await S3.GetPresignedUrlAsync(Get(), TimeSpan.FromMinutes(58), cancellationToken: Cancel);

        Assert.False(shared.IsCapped);
        Assert.Single(_aws.Sts.Calls);
        Assert.Contains((await Credentials.GetCredentialsAsync(Cancel)).AccessKey, shared.Url.Query, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lifetime_is_signed_always_or_never_however_old_the_session_is()
    {
        for (var age = 0; age < 150; age += 7)
        {
            var shared = await S3.GetPresignedUrlAsync(Get(), TimeSpan.FromMinutes(58.9), cancellationToken: Cancel);
            Assert.False(shared.IsCapped);

            var thrown = await Assert.ThrowsAsync<IrsaException>(() => S3.GetPresignedUrlAsync(Get(), new TimeSpan(0, 59, 50), cancellationToken: Cancel));
            Assert.Equal(IrsaErrorCode.PresignedUrlOutlivesSession, thrown.Code);
            _time.Advance(TimeSpan.FromSeconds(7));
        }
    }

    [Fact]
    public async Task A_URL_has_the_scheme_of_the_clients_endpoint()
    {
        Assert.Equal("http", (await S3.GetPresignedUrlAsync(Get(), TimeSpan.FromMinutes(1), cancellationToken: Cancel)).Url.Scheme);

        using var aws = new AmazonS3Client(Credentials, new AmazonS3Config { RegionEndpoint = RegionEndpoint.EUCentral1 });
        Assert.Equal("https", (await aws.GetPresignedUrlAsync(Get(), TimeSpan.FromMinutes(1), cancellationToken: Cancel)).Url.Scheme);
    }

    [Fact]
    public async Task More_than_the_role_grants_is_refused_with_what_can_be_had()
    {
        var thrown = await Assert.ThrowsAsync<IrsaException>(() => S3.GetPresignedUrlAsync(Get(), TimeSpan.FromHours(3), cancellationToken: Cancel));

        Assert.Equal(IrsaErrorCode.PresignedUrlOutlivesSession, thrown.Code);
        Assert.Contains("3 hours", thrown.Message, StringComparison.Ordinal);
        Assert.Contains("SessionDuration", thrown.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_than_the_role_grants_is_capped_where_the_caller_says_so_and_STS_is_not_asked_each_time()
    {
        for (var i = 0; i < 10; i++)
        {
            var shared = await S3.GetPresignedUrlAsync(Get(), TimeSpan.FromHours(3), ShortSessionBehavior.Cap, Cancel);

            // The SDK counts from the real clock, which the test's own does not follow.
            var realIsAhead = TimeProvider.System.GetUtcNow() - _time.GetUtcNow();
            Assert.True(shared.IsCapped);

            // STS writes its time and the expiration in whole seconds.
            Assert.InRange(shared.Expiration - realIsAhead, _time.GetUtcNow(), Credentials.Expiration!.Value.AddSeconds(2));
            Assert.Equal("shared", await _http.GetStringAsync(shared.Url, Cancel));
        }

        Assert.Single(_aws.Sts.Calls);
    }

    [Fact]
    public async Task A_longer_session_carries_a_longer_URL()
    {
        _aws.Sts.AddRole(_aws.RoleArn, _aws.TrustPolicyOf(_aws.RoleArn).ToJson(), TimeSpan.FromHours(12));
        await _provider.DisposeAsync();
        Build(static options => options.SessionDuration = TimeSpan.FromHours(12));

        var shared = await S3.GetPresignedUrlAsync(Get(), TimeSpan.FromHours(11), cancellationToken: Cancel);

        Assert.False(shared.IsCapped);
        Assert.Equal(HttpStatusCode.OK, (await _http.GetAsync(shared.Url, Cancel)).StatusCode);
    }

    [Fact]
    public async Task Keys_that_never_expire_carry_any_URL_and_expiring_ones_cap_it()
    {
        var config = (AmazonS3Config)((AmazonServiceClient)S3).Config;
        using var lasting = new AmazonS3Client(new BasicAWSCredentials("AKIALASTING", "secret"), config);
        using var passing = new AmazonS3Client(new Passing(), config);

        Assert.False((await lasting.GetPresignedUrlAsync(Get(), TimeSpan.FromDays(7), cancellationToken: Cancel)).IsCapped);
        Assert.True((await passing.GetPresignedUrlAsync(Get(), TimeSpan.FromDays(7), ShortSessionBehavior.Cap, Cancel)).IsCapped);
    }

    [Theory]
    [InlineData(ShortSessionBehavior.Refuse)]
    [InlineData(ShortSessionBehavior.Cap)]
    public async Task A_session_whose_end_is_not_known_is_refused(ShortSessionBehavior whenShorter)
    {
        using var timeless = new AmazonS3Client(new SessionAWSCredentials("AKIASESSION", "secret", "token"), (AmazonS3Config)((AmazonServiceClient)S3).Config);
        var wrapped = Substitute.For<IAmazonS3>();
        wrapped.GetPreSignedURLAsync(Arg.Any<GetPreSignedUrlRequest>()).Returns(call => S3.GetPreSignedURLAsync(call.Arg<GetPreSignedUrlRequest>()));

        foreach (var client in new[] { timeless, wrapped })
        {
            var thrown = await Assert.ThrowsAsync<IrsaException>(() => client.GetPresignedUrlAsync(Get(), TimeSpan.FromMinutes(1), whenShorter, Cancel));
            Assert.Contains("The end of the session that signs the URL is not known", thrown.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_URL_that_another_session_has_signed_is_refused()
    {
        var config = (AmazonS3Config)((AmazonServiceClient)S3).Config;
        using var directoryBucket = new OtherSigner(Credentials, config);

        var thrown = await Assert.ThrowsAsync<IrsaException>(() => directoryBucket.GetPresignedUrlAsync(Get(), TimeSpan.FromMinutes(1), cancellationToken: Cancel));

        Assert.Contains("a session that is not of", thrown.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7 * 24 * 60 * 60 + 1)]
    public Task Lifetimes_that_S3_does_not_know_are_refused(int seconds) =>
        Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => S3.GetPresignedUrlAsync(Get(), TimeSpan.FromSeconds(seconds), cancellationToken: Cancel));

    [Fact]
    public async Task A_mock_of_the_client_is_used_unchanged()
    {
        var standIn = Substitute.For<IAmazonS3>();
        standIn.GetPreSignedURLAsync(Arg.Any<GetPreSignedUrlRequest>()).Returns("https://bucket.example/key?X-Amz-Signature=0123");

        var shared = await standIn.GetPresignedUrlAsync(Get(), TimeSpan.FromHours(1), cancellationToken: Cancel);

        Assert.DoesNotContain("0123", shared.ToString(), StringComparison.Ordinal);
        Assert.StartsWith("https://bucket.example/key, expires", shared.ToString(), StringComparison.Ordinal);
    }

    private static GetPreSignedUrlRequest Get() => new() { BucketName = "bucket", Key = "key" };

    private void Build(Action<IrsaOptions>? configure = null)
    {
        var services = new ServiceCollection();
        services.AddIrsaAws(options =>
        {
            _aws.Configure(options);
            options.TimeProvider = _time;
            configure?.Invoke(options);
        }).AddClient<IAmazonS3, AmazonS3Config>(_aws.Configure);
        _provider = services.BuildServiceProvider();
    }

    /// <summary>A client that shows our credentials and signs with others, as it does for directory buckets.</summary>
    private sealed class OtherSigner(AWSCredentials shown, AmazonS3Config config) : AmazonS3Client(shown, config), IAmazonS3
    {
        Task<string> IAmazonS3.GetPreSignedURLAsync(GetPreSignedUrlRequest request) =>
            new AmazonS3Client(new BasicAWSCredentials("AKIAOTHER", "secret"), (AmazonS3Config)Config).GetPreSignedURLAsync(request);
    }

    private sealed class Passing : AWSCredentials
    {
        public override DateTime? Expiration => TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(20);

        public override ImmutableCredentials GetCredentials() => new("AKIAPASSING", "secret", "token");
    }
}
