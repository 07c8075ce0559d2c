using Amazon;
using Amazon.Extensions.NETCore.Setup;
using Amazon.Runtime;
using Amazon.RuntimeDependencies;
using Amazon.S3;
using Amazon.S3.Model;
using Amazon.SecurityToken;
using Irsa.Credentials.AwsSdk;
using Irsa.Credentials.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Irsa.Credentials.ProcessTests;

/// <summary>A process with other keys in its environment, in which libraries make clients of their own.</summary>
[Collection(nameof(Sequence))]
public sealed class WholeProcessTests : IAsyncLifetime
{
    private const string ReportsRole = "arn:aws:iam::111122223333:role/reports";

    private LocalAws _aws = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _aws = await LocalAws.StartAsync(static options => options.Buckets.Add("bucket"), Cancel);

    public async ValueTask DisposeAsync()
    {
        // What the SDK's chain has found is kept until the next identity, and tests come in any order.
        await new WebIdentityTokenCredentials(Options()).UseForWholeProcess().DisposeAsync();
        await _aws.DisposeAsync();
    }

    [Fact]
    public async Task A_client_that_a_library_makes_signs_with_our_identity_and_before_and_after_it_with_none()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddIrsaAws(_aws.Configure).UseForWholeProcess();
        using var madeBefore = LibraryClient();
        Assert.Equal(IrsaErrorCode.ProcessIdentityUnavailable, (await Assert.ThrowsAsync<IrsaException>(() => madeBefore.ListBucketsAsync(Cancel))).Code);

        using (var host = builder.Build())
        {
            await host.StartAsync(Cancel);
            using var madeAfter = LibraryClient();

            await madeBefore.ListBucketsAsync(Cancel);
            await madeAfter.ListBucketsAsync(Cancel);

            var key = (await host.Services.GetRequiredService<WebIdentityTokenCredentials>().GetCredentialsAsync(Cancel)).AccessKey;
            Assert.All(_aws.S3.Calls, call => Assert.Equal((key, 200), (call.AccessKeyId, call.Status)));
            Assert.Single(_aws.Sts.Calls);
            await host.StopAsync(Cancel);
        }

        Assert.Contains("IRSA505", (await Assert.ThrowsAsync<IrsaException>(() => madeBefore.ListBucketsAsync(Cancel))).Message, StringComparison.Ordinal);
        Assert.Equal(2, _aws.S3.Calls.Count);
    }

    [Fact]
    public async Task A_program_without_a_container_does_it_in_one_line()
    {
        await using var credentials = new WebIdentityTokenCredentials(Options()).UseForWholeProcess();
        using var s3 = LibraryClient();

        await s3.PutObjectAsync(new PutObjectRequest { BucketName = "bucket", Key = "key", ContentBody = "x" }, Cancel);
        var url = await s3.GetPreSignedURLAsync(new GetPreSignedUrlRequest { BucketName = "bucket", Key = "key", Protocol = Protocol.HTTP, Expires = Soon() });

        using var http = new HttpClient();
        Assert.Equal("x", await http.GetStringAsync(url, Cancel));
    }

    [Fact]
    public async Task A_session_that_a_service_rejects_is_replaced_for_a_librarys_client_too()
    {
        await using var credentials = new WebIdentityTokenCredentials(Options()).UseForWholeProcess();
        using var s3 = LibraryClient();
        _aws.S3.Faults.Next(Fault.Error(400, "ExpiredToken", "The provided token has expired."));

        await s3.ListBucketsAsync(Cancel);

        Assert.Equal(2, _aws.Sts.Calls.Count);
    }

    [Fact]
    public async Task Registrations_that_would_bypass_us_do_not()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddIrsaAws(_aws.Configure).UseForWholeProcess();
        builder.Services.AddDefaultAWSOptions(new AWSOptions { Region = RegionEndpoint.EUWest1, Profile = "a-developers-own" });
        builder.Services.AddAWSService<IAmazonS3>((config, _) => _aws.Configure(config));
        builder.Services.AddKeyedAWSService<IAmazonS3>("own", new AWSOptions { Region = RegionEndpoint.EUWest1 }, (config, _) => _aws.Configure(config));
        using var host = builder.Build();
        await host.StartAsync(Cancel);

        await host.Services.GetRequiredService<IAmazonS3>().ListBucketsAsync(Cancel);
        await host.Services.GetRequiredKeyedService<IAmazonS3>("own").ListBucketsAsync(Cancel);

        Assert.Equal(2, _aws.S3.Calls.Count(static call => call.Status == 200));
        await host.StopAsync(Cancel);
    }

    [Fact]
    public async Task The_same_role_may_come_twice_and_another_may_not()
    {
        await using var first = new WebIdentityTokenCredentials(Options()).UseForWholeProcess();
        await using var second = new WebIdentityTokenCredentials(Options()).UseForWholeProcess().UseForWholeProcess();
        var other = Options();
        other.RoleArn = "arn:aws:iam::111122223333:role/other";
        await using var stranger = new WebIdentityTokenCredentials(other);

        var thrown = Assert.Throws<IrsaException>(stranger.UseForWholeProcess);

        Assert.Contains("local-app", thrown.Message, StringComparison.Ordinal);
        await second.DisposeAsync();
        using var s3 = LibraryClient();
        await s3.ListBucketsAsync(Cancel);
        Assert.Equal((await first.GetCredentialsAsync(Cancel)).AccessKey, Assert.Single(_aws.S3.Calls).AccessKeyId);
    }

    [Fact]
    public async Task A_process_whose_chain_has_been_asked_before_is_refused()
    {
        var ours = AWSConfigs.AWSCredentialsGenerators;
        AWSConfigs.AWSCredentialsGenerators = null;
        Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", "AKIAASKEDBEFORE00000");
        using var early = LibraryClient();
        await Assert.ThrowsAsync<AmazonS3Exception>(() => early.ListBucketsAsync(Cancel));
        await using var credentials = new WebIdentityTokenCredentials(Options());

        var thrown = Assert.Throws<IrsaException>(credentials.UseForWholeProcess);

        Assert.Contains("had found EnvironmentVariablesAWSCredentials", thrown.Message, StringComparison.Ordinal);

        // The SDK looks again when the variables change, so that the other tests find a process as at its start.
        AWSConfigs.AWSCredentialsGenerators = ours;
        Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", StaticKeysInEnvironment.AccessKeyId);
    }

    [Fact]
    public async Task The_default_chain_that_an_application_names_serves_the_whole_process_where_nothing_is_injected()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddIrsaAws(static options => options.WhenNotInjected = NotInjectedBehavior.UseDefaultChain).UseForWholeProcess();
        using var host = builder.Build();
        await host.StartAsync(Cancel);
        using var s3 = LibraryClient();

        Assert.Equal("InvalidAccessKeyId", (await Assert.ThrowsAsync<AmazonS3Exception>(() => s3.ListBucketsAsync(Cancel))).ErrorCode);
        Assert.Equal(StaticKeysInEnvironment.AccessKeyId, Assert.Single(_aws.S3.Calls).AccessKeyId);
        await host.StopAsync(Cancel);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_identity_of_another_name_is_not_that_of_the_containers_clients(bool withHost)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddIrsaAws(_aws.Configure);
        builder.Services.AddIrsaAws("reports", Reports).UseForWholeProcess();
        builder.Services.AddDefaultAWSOptions(new AWSOptions { Region = RegionEndpoint.EUWest1 });
        builder.Services.AddAWSService<IAmazonS3>((config, _) => _aws.Configure(config));
        using var host = builder.Build();
        _ = host.Services.GetRequiredKeyedService<WebIdentityTokenCredentials>("reports");

        var thrown = await Assert.ThrowsAsync<IrsaException>(() => withHost ? host.StartAsync(Cancel) : host.Services.GetRequiredService<IAmazonS3>().ListBucketsAsync(Cancel));

        Assert.Equal(IrsaErrorCode.CredentialsBypassed, thrown.Code);
        Assert.Empty(_aws.S3.Calls);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task The_identity_that_another_host_gave_the_process_serves_clients_of_the_same_role_only(bool isSame, bool withHost)
    {
        var first = Host.CreateEmptyApplicationBuilder(null);
        first.Services.AddIrsaAws(isSame ? _aws.Configure : Reports).UseForWholeProcess();
        using var one = first.Build();
        await one.StartAsync(Cancel);
        var second = Host.CreateEmptyApplicationBuilder(null);
        second.Services.AddIrsaAws(_aws.Configure);
        second.Services.AddAWSService<IAmazonS3>(new AWSOptions { Region = RegionEndpoint.EUWest1 }, (config, _) => _aws.Configure(config));
        using var other = second.Build();
        _ = other.Services.GetRequiredService<WebIdentityTokenCredentials>();

        var use = async () =>
        {
            if (withHost)
            {
                await other.StartAsync(Cancel);
            }

            await other.Services.GetRequiredService<IAmazonS3>().ListBucketsAsync(Cancel);
        };

        if (isSame)
        {
            await use();
            return;
        }

        Assert.Equal(IrsaErrorCode.CredentialsBypassed, (await Assert.ThrowsAsync<IrsaException>(use)).Code);
        Assert.Empty(_aws.S3.Calls);
    }

    [Fact]
    public async Task The_SDKs_own_web_identity_provider_finds_its_STS_client_and_a_call_that_needs_credentials_is_refused()
    {
        Environment.SetEnvironmentVariable("AWS_ENDPOINT_URL_STS", _aws.Sts.Endpoint.OriginalString);
        Environment.SetEnvironmentVariable("AWS_REGION", _aws.Region);
        var made = new List<object?>();
        GlobalRuntimeDependencyRegistry.Instance.RegisterSecurityTokenServiceClient(context =>
        {
            made.Add(ProcessIdentity.Connect(context));
            return made[^1];
        });
        try
        {
            using var stock = new AssumeRoleWithWebIdentityCredentials(_aws.Tokens.Path, _aws.RoleArn, "session");
            await stock.GetCredentialsAsync();
            using var chained = new AssumeRoleAWSCredentials(new BasicAWSCredentials("AKIASOURCE", "secret"), _aws.RoleArn, "session");
            var refusal = await Assert.ThrowsAsync<AmazonClientException>(chained.GetCredentialsAsync);
            Assert.IsType<AmazonSecurityTokenServiceException>(refusal.InnerException);

            Assert.Equal([typeof(AmazonSecurityTokenServiceClient), typeof(AmazonSecurityTokenServiceClient)], made.Select(static client => client?.GetType()));
            Assert.Equal("AssumeRoleWithWebIdentity", _aws.Sts.Calls[0].Action);
        }
        finally
        {
            GlobalRuntimeDependencyRegistry.Instance.RegisterSecurityTokenServiceClient(static _ => null);
            Environment.SetEnvironmentVariable("AWS_ENDPOINT_URL_STS", null);
            Environment.SetEnvironmentVariable("AWS_REGION", null);
        }
    }

    private static DateTime Soon() => TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(5);

    private AmazonS3Client LibraryClient() => new(new AmazonS3Config { ServiceURL = _aws.S3.Endpoint.OriginalString, AuthenticationRegion = _aws.Region, MaxErrorRetry = 0 });

    private void Reports(IrsaOptions options)
    {
        _aws.Sts.AddRole(ReportsRole, _aws.TrustPolicyOf(ReportsRole).ToJson());
        _aws.Configure(options);
        options.RoleArn = ReportsRole;
    }

    private IrsaOptions Options()
    {
        var options = new IrsaOptions();
        _aws.Configure(options);
        return options;
    }
}
