using Amazon;
using Amazon.Extensions.NETCore.Setup;
using Amazon.Runtime;
using Amazon.Runtime.Credentials;
using Amazon.S3;
using Amazon.SecurityToken;
using Irsa.Credentials.BypassGuard;
using Irsa.Credentials.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Irsa.Credentials.ProcessTests;

/// <summary>The SDK's default chain asked is a call to the metadata service at worst, and an answer that it keeps. Here it counts.</summary>
[Collection(nameof(Sequence))]
public sealed class DefaultChainTests : IAsyncLifetime
{
    private readonly List<DefaultAWSCredentialsIdentityResolver.CredentialsGenerator>? _before = AWSConfigs.AWSCredentialsGenerators;
    private readonly Kept _found = new();
    private LocalAws _aws = null!;
    private int _asked;
    private bool _findsNothing;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _aws = await LocalAws.StartAsync(cancellationToken: Cancel);
        AWSConfigs.AWSCredentialsGenerators =
        [
            () =>
            {
                _asked++;
                return _findsNothing ? throw new InvalidOperationException("no metadata service") : _found;
            },
        ];

        // The SDK looks again when the variables change.
        Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", $"AKIA{Guid.NewGuid():N}");
    }

    public async ValueTask DisposeAsync()
    {
        AWSConfigs.AWSCredentialsGenerators = _before;
        Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", StaticKeysInEnvironment.AccessKeyId);
        await _aws.DisposeAsync();
    }

    [Fact]
    public async Task A_start_with_clients_that_are_all_right_does_not_ask_it()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddIrsaAws(_aws.Configure).AddClient<IAmazonS3, AmazonS3Config>(_aws.Configure);
        builder.Services.AddAWSService<IAmazonSecurityTokenService>(new AWSOptions { Credentials = new Own(), Region = RegionEndpoint.EUWest1 });
        builder.Services.AddKeyedAWSService<IAmazonS3>("shared", (config, _) => _aws.Configure(config));
        using var host = builder.Build();

        await host.StartAsync(Cancel);

        Assert.Equal(0, _asked);
    }

    [Fact]
    public async Task A_request_with_credentials_of_its_own_asks_it_once_at_most_and_only_where_a_client_of_its_kind_is_in_doubt()
    {
        var services = new ServiceCollection();
        services.AddIrsaAws(_aws.Configure);
        services.AddSingleton<IAmazonS3>(_ => new AmazonS3Client(new Own(), Config()));
        await using var container = services.BuildServiceProvider();
        using var sts = new AmazonSecurityTokenServiceClient(new Own(), new AmazonSecurityTokenServiceConfig { ServiceURL = "http://127.0.0.1:1", AuthenticationRegion = _aws.Region, MaxErrorRetry = 0 });

        await Assert.ThrowsAnyAsync<Exception>(() => sts.GetCallerIdentityAsync(new(), Cancel));
        Assert.Equal(0, _asked);

        _findsNothing = true;
        for (var i = 0; i < 3; i++)
        {
            await Assert.ThrowsAsync<AmazonS3Exception>(() => container.GetRequiredService<IAmazonS3>().ListBucketsAsync(Cancel));
        }

        Assert.Equal(1, _asked);
        ClientVerifier.Of(services).EndWatch();
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    public async Task A_mode_that_a_template_left_empty_is_none_to_a_client(string mode)
    {
        var services = new ServiceCollection();
        services.AddIrsaAws(_aws.Configure).AddClient<IAmazonS3, AmazonS3Config>(_aws.Configure);
        await using var container = services.BuildServiceProvider();
        Environment.SetEnvironmentVariable("AWS_DEFAULTS_MODE", mode);
        try
        {
            await container.GetRequiredService<IAmazonS3>().ListBucketsAsync(Cancel);
        }
        finally
        {
            Environment.SetEnvironmentVariable("AWS_DEFAULTS_MODE", null);
        }
    }

    [Fact]
    public async Task A_host_starts_where_it_finds_nothing_and_what_then_fails_says_so()
    {
        _findsNothing = true;
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddIrsaAws(options =>
        {
            options.WhenNotInjected = NotInjectedBehavior.UseDefaultChain;
            options.Region = _aws.Region;
        }).AddClient<IAmazonS3, AmazonS3Config>(_aws.Configure);
        using var host = builder.Build();
        await host.StartAsync(Cancel);

        var thrown = await Assert.ThrowsAsync<IrsaException>(() => host.Services.GetRequiredService<IAmazonS3>().ListBucketsAsync(Cancel));

        Assert.Equal(IrsaErrorCode.DeveloperCredentialsUnavailable, thrown.Code);
        Assert.StartsWith("IRSA702: The SDK's default chain gives no credentials.", thrown.Message, StringComparison.Ordinal);
        Assert.Empty(_aws.S3.Calls);
    }

    [Fact]
    public async Task What_it_has_found_outlives_a_container_that_names_it()
    {
        var services = new ServiceCollection();
        services.AddIrsaAws(options =>
        {
            options.WhenNotInjected = NotInjectedBehavior.UseDefaultChain;
            options.Region = _aws.Region;
        }).AddClient<IAmazonS3, AmazonS3Config>(_aws.Configure);
        await using (var container = services.BuildServiceProvider())
        {
            await Assert.ThrowsAsync<AmazonS3Exception>(() => container.GetRequiredService<IAmazonS3>().ListBucketsAsync(Cancel));
        }

        Assert.Equal(Kept.AccessKeyId, Assert.Single(_aws.S3.Calls).AccessKeyId);
        Assert.False(_found.IsDisposed);
    }

    [Fact]
    public void A_region_that_is_configured_holds_where_an_endpoint_variable_is_set()
    {
        Environment.SetEnvironmentVariable("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:1/");
        try
        {
            var services = new ServiceCollection();
            services.AddIrsaAws(_aws.Configure).AddClient<IAmazonS3, AmazonS3Config>(static config => config.RegionEndpoint = RegionEndpoint.APSouth1);
            services.AddIrsaAws("own", _aws.Configure).AddClient<IAmazonS3>();
            using var container = services.BuildServiceProvider();

            var chosen = container.GetRequiredService<IAmazonS3>().Config;
            Assert.Equal(("ap-south-1", "http://127.0.0.1:1/"), (chosen.AuthenticationRegion, chosen.ServiceURL));
            Assert.Equal(_aws.Region, container.GetRequiredKeyedService<IAmazonS3>("own").Config.AuthenticationRegion);
        }
        finally
        {
            Environment.SetEnvironmentVariable("AWS_ENDPOINT_URL_S3", null);
        }
    }

    private AmazonS3Config Config() => new() { ServiceURL = _aws.S3.Endpoint.OriginalString, AuthenticationRegion = _aws.Region, MaxErrorRetry = 0 };

    private sealed class Own : AWSCredentials
    {
        public override ImmutableCredentials GetCredentials() => new("AKIAOWN", "secret", null);
    }

    private sealed class Kept : AWSCredentials, IDisposable
    {
        public const string AccessKeyId = "AKIAFOUNDBYCHAIN0000";

        public bool IsDisposed { get; private set; }

        public override ImmutableCredentials GetCredentials() => new(AccessKeyId, "secret", null);

        public void Dispose() => IsDisposed = true;
    }
}
