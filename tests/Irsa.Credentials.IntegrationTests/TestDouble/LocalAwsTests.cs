using Amazon;
using Amazon.Extensions.NETCore.Setup;
using Amazon.S3;
using Amazon.S3.Model;
using Amazon.SecurityToken;
using Amazon.SQS;
using Irsa.Credentials.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Irsa.Credentials.IntegrationTests.TestDouble;

/// <summary>The start of the server, and the configuration of clients.</summary>
public sealed class LocalAwsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string, Action<LocalAwsOptions>, string> BadOptions => new()
    {
        { "role", static o => o.RoleArn = "role", "RoleArn is 'role', but must be an IAM role ARN" },
        { "no role", static o => o.RoleArn = null!, "RoleArn is null" },
        { "region", static o => o.Region = null!, "Region is null" },
        { "namespace", static o => o.Namespace = " ", "Namespace is ' '" },
        { "service account", static o => o.ServiceAccount = string.Empty, "ServiceAccount is ''" },
        { "pod", static o => o.PodName = null!, "PodName is null" },
        { "no lifetime", static o => o.TokenLifetime = TimeSpan.Zero, "TokenLifetime is '00:00:00', but must be between 1 second and 49 days" },
        { "lifetime beyond timers", static o => o.TokenLifetime = TimeSpan.FromDays(365), "TokenLifetime is '365.00:00:00', but must be between 1 second and 49 days" },
        { "no rotation", static o => o.TokenRotation = TimeSpan.Zero, "TokenRotation is '00:00:00', but must be above 0" },
        { "negative rotation", static o => o.TokenRotation = TimeSpan.FromSeconds(-5), "TokenRotation is '-00:00:05', but must be above 0" },
        { "rotation beyond timers", static o => o.TokenRotation = TimeSpan.FromDays(50), "TokenRotation is '50.00:00:00', but must be above 0 and up to 49 days" },
        { "clock", static o => o.TimeProvider = null!, "TimeProvider is null" },
        { "bucket", static o => o.Buckets.Add("192.168.5.4"), "Buckets is '192.168.5.4', but must be a bucket name that S3 allows" },
        { "two at once", static o => (o.RoleArn, o.Region) = ("role", null!), "an IAM role ARN such as arn:aws:iam::111122223333:role/app; Region is null" },
    };

    [Theory]
    [MemberData(nameof(BadOptions))]
    public async Task A_start_with_invalid_options_names_each_of_them(string what, Action<LocalAwsOptions> spoil, string sentence)
    {
        Assert.NotEmpty(what);
        var refused = await Assert.ThrowsAsync<ArgumentException>(() => LocalAws.StartAsync(spoil, Cancel));

        Assert.Contains(sentence, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failed_start_leaves_no_directory()
    {
        string? folder = null;
        var timers = new WatchedTimers(tokens =>
        {
            folder = Path.GetDirectoryName(tokens.Path);
            Assert.True(Directory.Exists(folder));
            throw new TimeZoneNotFoundException();
        });

        await Assert.ThrowsAsync<TimeZoneNotFoundException>(() => LocalAws.StartAsync(options => options.TimeProvider = timers, Cancel));

        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public async Task Even_the_first_token_contains_the_real_address_of_the_issuer()
    {
        string? issuer = null;
        await using var aws = await LocalAws.StartAsync(
            options => options.TimeProvider = new WatchedTimers(tokens =>
            {
                tokens.Rotate();
                issuer = new JsonWebToken(File.ReadAllText(tokens.Path)).Issuer;
            }),
            Cancel);

        Assert.Equal(aws.Issuer.Url.OriginalString, issuer);
    }

    [Fact]
    public async Task Clients_of_S3_and_STS_are_configured_and_others_are_refused()
    {
        await using var aws = await LocalAws.StartAsync(cancellationToken: Cancel);
        var (s3, sts, sqs) = (new AmazonS3Config(), new AmazonSecurityTokenServiceConfig(), new AmazonSQSConfig { ServiceURL = "http://sqs.invalid/" });

        aws.Configure(s3);
        aws.Configure(sts);
        var refused = Assert.Throws<ArgumentException>(() => aws.Configure(sqs));

        Assert.Equal((aws.S3.Endpoint.AbsoluteUri, aws.Region), (s3.ServiceURL, s3.AuthenticationRegion));
        Assert.Equal((aws.Sts.Endpoint.AbsoluteUri, aws.Region), (sts.ServiceURL, sts.AuthenticationRegion));
        Assert.Equal("http://sqs.invalid/", sqs.ServiceURL);
        Assert.Contains("S3 and STS, not 'sqs'", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Default_options_of_the_SDK_point_clients_of_both_services_at_it()
    {
        await using var aws = await LocalAws.StartAsync(static options => options.Buckets.Add("bucket"), Cancel);
        var shared = new AWSOptions { Region = RegionEndpoint.USEast1 };
        aws.Configure(shared);
        var services = new ServiceCollection();
        services.AddDefaultAWSOptions(shared);
        services.AddIrsaAws(aws.Configure);
        services.AddAWSService<IAmazonS3>().AddAWSService<IAmazonSecurityTokenService>();
        await using var container = services.BuildServiceProvider();

        await container.GetRequiredService<IAmazonS3>().PutObjectAsync(new PutObjectRequest { BucketName = "bucket", Key = "key", ContentBody = "x" }, Cancel);
        var caller = await container.GetRequiredService<IAmazonSecurityTokenService>().GetCallerIdentityAsync(new(), Cancel);

        Assert.Equal("x", aws.S3.GetObject("bucket", "key")!.Text);
        Assert.Equal("arn:aws:sts::111122223333:assumed-role/local-app/app-0", caller.Arn);
        Assert.Equal(["PUT /bucket/key: 200"], aws.S3.Calls.Select(static call => call.ToString()));
    }

    /// <summary>A clock that shows the token directory at the moment when its timer is created.</summary>
    private sealed class WatchedTimers(Action<TokenDirectory> onTimer) : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            onTimer((TokenDirectory)callback.Target!);
            return base.CreateTimer(callback, state, dueTime, period);
        }
    }
}
