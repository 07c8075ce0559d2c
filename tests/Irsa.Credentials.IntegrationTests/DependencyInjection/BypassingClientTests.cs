using Amazon;
using Amazon.Extensions.NETCore.Setup;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.SQS;
using Irsa.Credentials.BypassGuard;
using Irsa.Credentials.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Irsa.Credentials.IntegrationTests.DependencyInjection;

/// <summary>
/// Ways in which a client could come to sign with what nobody named. The process has other keys in its environment, which the local S3
/// refuses: a request that succeeds is signed with ours.
/// </summary>
[Collection(nameof(CredentialBypassGuard))]
public sealed class BypassingClientTests : IAsyncLifetime
{
    private readonly HostApplicationBuilder _host = Host.CreateEmptyApplicationBuilder(null);
    private readonly RecordingLoggerFactory _logs = new();
    private LocalAws _aws = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private IServiceCollection Services => _host.Services;

    public async ValueTask InitializeAsync()
    {
        _aws = await LocalAws.StartAsync(cancellationToken: Cancel);
        Services.AddSingleton<ILoggerFactory>(_logs);
    }

    public ValueTask DisposeAsync()
    {
        // Or it would go on to refuse what other tests' containers ought to refuse themselves.
        ClientVerifier.Of(Services).EndWatch();
        return _aws.DisposeAsync();
    }

    [Fact]
    public async Task A_missing_profile_is_refused_without_a_host_too()
    {
        Services.AddDefaultAWSOptions(new AWSOptions { Profile = "a-developers-own", Region = RegionEndpoint.EUWest1 });
        Services.AddIrsaAws(_aws.Configure);
        Services.AddAWSService<IAmazonS3>((config, _) => _aws.Configure(config));
        await using var container = Services.BuildServiceProvider();

        var thrown = await Assert.ThrowsAsync<IrsaException>(() => container.GetRequiredService<IAmazonS3>().ListBucketsAsync(Cancel));

        Assert.Equal(IrsaErrorCode.CredentialsBypassed, thrown.Code);
        Assert.Contains("a-developers-own", thrown.Message, StringComparison.Ordinal);
        Assert.Empty(_aws.S3.Calls);
    }

    [Fact]
    public async Task A_missing_profile_that_no_client_uses_is_a_warning_and_the_options_can_be_read()
    {
        Services.AddDefaultAWSOptions(new AWSOptions { Profile = "a-developers-own", Region = RegionEndpoint.EUWest1 });
        Services.AddIrsaAws(_aws.Configure).AddClient<IAmazonS3, AmazonS3Config>(_aws.Configure);
        using var host = _host.Build();

        await host.StartAsync(Cancel);

        Assert.Single(_logs.Lines, static line => line.StartsWith("Warning IRSA501", StringComparison.Ordinal));
        Assert.Equal(RegionEndpoint.EUWest1, host.Services.GetRequiredService<AWSOptions>().Region);
    }

    [Fact]
    public async Task The_name_of_a_missing_profile_cannot_reach_the_terminal_of_who_reads_the_log()
    {
        Services.AddDefaultAWSOptions(new AWSOptions { Profile = "dev\u001b[2J\r\nError forged", Region = RegionEndpoint.EUWest1 });
        Services.AddIrsaAws(_aws.Configure).AddClient<IAmazonS3, AmazonS3Config>(_aws.Configure);
        using var host = _host.Build();

        await host.StartAsync(Cancel);

        Assert.DoesNotContain(Assert.Single(_logs.Lines, static line => line.StartsWith("Warning IRSA501", StringComparison.Ordinal)), char.IsControl);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_empty_profile_counts_as_no_profile(bool withHost)
    {
        Services.AddDefaultAWSOptions(new AWSOptions { Profile = string.Empty, Region = RegionEndpoint.EUWest1 });
        Services.AddIrsaAws(_aws.Configure);
        Services.AddAWSService<IAmazonS3>((config, _) => _aws.Configure(config));

        await UseAsync(withHost, static services => services.GetRequiredService<IAmazonS3>().ListBucketsAsync(Cancel));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Other_credentials_in_the_container_do_not_become_those_of_its_clients(bool before)
    {
        var others = ServiceDescriptor.Singleton<AWSCredentials>(new BasicAWSCredentials("AKIAOTHERACCOUNT0000", "secret"));
        Services.Insert(0, others);
        Services.AddIrsaAws(_aws.Configure);
        if (!before)
        {
            Services.Remove(others);
            Services.Add(others);
        }

        Services.AddAWSService<IAmazonS3>((config, _) => _aws.Configure(config));

        await UseAsync(withHost: true, static services => services.GetRequiredService<IAmazonS3>().ListBucketsAsync(Cancel));
    }

    [Fact(Timeout = 300_000)]
    public async Task Credentials_that_are_taken_from_the_shared_options_do_not_go_in_a_circle()
    {
        Services.AddSingleton<AWSCredentials>(static provider => provider.GetRequiredService<AWSOptions>().GetCredentials());
        Services.AddIrsaAws(_aws.Configure);
        Services.AddAWSService<IAmazonS3>((config, _) => _aws.Configure(config));

        await UseAsync(withHost: true, static services =>
        {
            Assert.Same(services.GetRequiredService<WebIdentityTokenCredentials>(), services.GetRequiredService<AWSCredentials>());
            return services.GetRequiredService<IAmazonS3>().ListBucketsAsync(TestContext.Current.CancellationToken);
        });
    }

    [Fact]
    public async Task The_log_names_own_credentials_that_are_kept()
    {
        Services.AddDefaultAWSOptions(new AWSOptions { Credentials = new BasicAWSCredentials("AKIAEXPLICIT00000000", "secret") });
        Services.AddIrsaAws(_aws.Configure);
        Services.AddAWSService<IAmazonS3>((config, _) => _aws.Configure(config));
        using var host = _host.Build();

        await host.StartAsync(Cancel);

        Assert.Contains("keep the BasicAWSCredentials", Assert.Single(_logs.Lines, static line => line.StartsWith("Information Clients of AddAWSService", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_check_that_the_applications_code_interrupts_is_made_again()
    {
        var isLoaded = false;
        Services.AddIrsaAws(_aws.Configure);
        Services.AddAWSService<IAmazonS3>((config, _) => _aws.Configure(config));
        Services.AddDefaultAWSOptions(_ => isLoaded ? new AWSOptions { Region = RegionEndpoint.EUWest1 } : throw new InvalidOperationException("not loaded yet"), ServiceLifetime.Transient);
        using var container = Services.BuildServiceProvider();

        Assert.Throws<InvalidOperationException>(() => container.VerifyIrsaAws());
        isLoaded = true;

        Assert.Contains("AddAWSService uses AWSOptions", Assert.Throws<IrsaException>(() => container.VerifyIrsaAws()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_whose_factory_asks_for_a_client_are_checked_all_the_same()
    {
        Services.AddIrsaAws(_aws.Configure).AddClient<IAmazonSQS>();
        Services.AddAWSService<IAmazonS3>((config, _) => _aws.Configure(config));
        Services.AddDefaultAWSOptions(static provider => new AWSOptions { Region = provider.GetRequiredService<IAmazonSQS>().Config.RegionEndpoint });
        using var container = Services.BuildServiceProvider();

        Assert.Contains("AddAWSService uses AWSOptions", Assert.Throws<IrsaException>(() => container.VerifyIrsaAws()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_clients_own_options_are_seen_though_its_configuration_asks_for_the_shared_ones()
    {
        Services.AddIrsaAws(_aws.Configure);
        Services.AddAWSService<IAmazonS3>(new AWSOptions { Region = RegionEndpoint.EUWest1 }, static (config, provider) =>
            config.MaxErrorRetry = provider.GetRequiredService<AWSOptions>().DefaultClientConfig.MaxErrorRetry ?? 1);
        using var host = _host.Build();

        var thrown = await Assert.ThrowsAsync<IrsaException>(() => host.StartAsync(Cancel));

        Assert.Contains("AddAWSService<IAmazonS3> was given AWSOptions of its own", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_start_makes_no_client_and_does_not_run_the_configuration_of_one()
    {
        var configured = 0;
        Services.AddIrsaAws(_aws.Configure);

        // Without a region the SDK could not make the client.
        Services.AddAWSService<IAmazonSQS>(new AWSOptions { Credentials = new BasicAWSCredentials("AKIAEXPLICIT00000000", "secret") }, (_, _) => configured++);
        Services.AddAWSService<IAmazonS3>((_, _) => configured++);
        using var host = _host.Build();

        await host.StartAsync(Cancel);

        Assert.Equal(0, configured);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_client_that_the_application_makes_without_credentials_is_refused_at_its_first_request(bool withHost)
    {
        Services.AddIrsaAws(_aws.Configure);
        Services.AddSingleton<IAmazonS3>(_ => new AmazonS3Client(Config()));

        var thrown = await Assert.ThrowsAsync<IrsaException>(() => UseAsync(withHost, static services => services.GetRequiredService<IAmazonS3>().ListBucketsAsync(Cancel)));

        Assert.Contains("AddSingleton<IAmazonS3> is made by the application without credentials", thrown.Message, StringComparison.Ordinal);
        Assert.Empty(_aws.S3.Calls);
    }

    [Fact]
    public async Task A_client_that_the_application_makes_with_ours_or_with_its_own_is_not()
    {
        Services.AddIrsaAws(_aws.Configure);
        Services.AddSingleton<IAmazonS3>(provider => new AmazonS3Client(provider.GetRequiredService<AWSCredentials>(), Config()));
        Services.AddKeyedSingleton<IAmazonS3>("own", (_, _) => new AmazonS3Client(new BasicAWSCredentials("AKIAEXPLICIT00000000", "secret"), Config()));

        await UseAsync(withHost: true, static async services =>
        {
            await services.GetRequiredService<IAmazonS3>().ListBucketsAsync(Cancel);
            await Assert.ThrowsAsync<AmazonS3Exception>(() => services.GetRequiredKeyedService<IAmazonS3>("own").ListBucketsAsync(Cancel));
        });
    }

    [Fact]
    public async Task A_client_that_the_application_has_made_without_credentials_ends_the_start()
    {
        using var made = new AmazonS3Client(Config());
        Services.AddIrsaAws(_aws.Configure);
        Services.AddSingleton<IAmazonS3>(made);
        using var host = _host.Build();

        Assert.Contains("AddSingleton<IAmazonS3>", (await Assert.ThrowsAsync<IrsaException>(() => host.StartAsync(Cancel))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_one_name_is_allowed_the_plain_client_is_not()
    {
        Services.AddIrsaAws(_aws.Configure);
        Services.AddIrsaAws("reports", _aws.Configure).AllowOtherCredentials<IAmazonS3>();
        Services.AddAWSService<IAmazonS3>(new AWSOptions { Region = RegionEndpoint.EUWest1 }, (config, _) => _aws.Configure(config));
        using var host = _host.Build();

        Assert.Contains("AddAWSService<IAmazonS3>", (await Assert.ThrowsAsync<IrsaException>(() => host.StartAsync(Cancel))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_with_a_key_of_its_own_can_be_allowed()
    {
        Services.AddIrsaAws(_aws.Configure).AllowOtherCredentials<IAmazonS3>("meant");
        Services.AddKeyedAWSService<IAmazonS3>("meant", new AWSOptions { Region = RegionEndpoint.EUWest1 }, (config, _) => _aws.Configure(config));

        await UseAsync(withHost: true, static services =>
            Assert.ThrowsAsync<AmazonS3Exception>(() => services.GetRequiredKeyedService<IAmazonS3>("meant").ListBucketsAsync(Cancel)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AddClient_takes_the_place_of_what_is_registered_already(bool isKeyed)
    {
        var identity = isKeyed ? Services.AddIrsaAws("reports", _aws.Configure) : Services.AddIrsaAws(_aws.Configure);
        Services.AddSingleton<IAmazonS3>(_ => new AmazonS3Client(Config()));
        Services.AddKeyedSingleton<IAmazonS3>("reports", (_, _) => new AmazonS3Client(Config()));

        identity.AddClient<IAmazonS3, AmazonS3Config>(_aws.Configure).AddClient<IAmazonS3, AmazonS3Config>((provider, config) =>
        {
            _aws.Configure(config);
            config.MaxErrorRetry = 9;
        });

        Assert.Equal(2, Services.Count(static descriptor => descriptor.ServiceType == typeof(IAmazonS3)));
        await UseAsync(withHost: false, async services =>
        {
            var s3 = isKeyed ? services.GetRequiredKeyedService<IAmazonS3>("reports") : services.GetRequiredService<IAmazonS3>();
            Assert.Equal(9, s3.Config.MaxErrorRetry);
            await s3.ListBucketsAsync(Cancel);
        });
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task A_container_that_was_built_halfway_changes_nothing_for_the_final_one(bool disposed, bool withHost)
    {
        Services.AddIrsaAws(_aws.Configure);
        var halfway = Services.BuildServiceProvider();
        halfway.VerifyIrsaAws();
        if (disposed)
        {
            await halfway.DisposeAsync();
        }

        Services.AddDefaultAWSOptions(new AWSOptions { Region = RegionEndpoint.EUWest1 });
        Services.AddAWSService<IAmazonS3>((config, _) => _aws.Configure(config));

        var thrown = await Assert.ThrowsAsync<IrsaException>(() => UseAsync(withHost, static services => services.GetRequiredService<IAmazonS3>().ListBucketsAsync(Cancel)));

        Assert.Equal(IrsaErrorCode.CredentialsBypassed, thrown.Code);
        Assert.Empty(_aws.S3.Calls);
        await halfway.DisposeAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_refusal_of_a_container_that_was_built_halfway_is_not_that_of_the_final_one(bool withHost)
    {
        Services.AddIrsaAws(_aws.Configure);
        Services.AddDefaultAWSOptions(new AWSOptions { Region = RegionEndpoint.EUWest1 });
        Services.AddAWSService<IAmazonS3>((config, _) => _aws.Configure(config));
        await using (var halfway = Services.BuildServiceProvider())
        {
            Assert.Throws<IrsaException>(() => halfway.VerifyIrsaAws());
        }

        Services.AddIrsaAws();

        await UseAsync(withHost, static services =>
        {
            services.VerifyIrsaAws();
            return services.GetRequiredService<IAmazonS3>().ListBucketsAsync(Cancel);
        });
    }

    [Fact]
    public async Task The_end_of_one_container_does_not_end_the_watch_of_another_of_the_same_services()
    {
        Services.AddIrsaAws(_aws.Configure);
        Services.AddSingleton<IAmazonS3>(_ => new AmazonS3Client(Config()));
        await using var living = Services.BuildServiceProvider();
        living.VerifyIrsaAws();
        await using (var ended = Services.BuildServiceProvider())
        {
            ended.VerifyIrsaAws();
        }

        await Assert.ThrowsAsync<IrsaException>(() => living.GetRequiredService<IAmazonS3>().ListBucketsAsync(Cancel));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_container_with_named_identities_only_refuses_clients_that_nobody_named(bool withHost)
    {
        Services.AddIrsaAws("reports", _aws.Configure);
        Services.AddAWSService<IAmazonS3>((config, _) => _aws.Configure(config));

        var thrown = await Assert.ThrowsAsync<IrsaException>(() => UseAsync(withHost, static services => services.GetRequiredService<IAmazonS3>().ListBucketsAsync(Cancel)));

        Assert.Equal(IrsaErrorCode.CredentialsBypassed, thrown.Code);
        Assert.Empty(_aws.S3.Calls);
    }

    [Fact]
    public async Task A_container_with_named_identities_only_refuses_a_client_that_the_application_makes_without_credentials()
    {
        Services.AddIrsaAws("reports", _aws.Configure);
        Services.AddSingleton<IAmazonS3>(_ => new AmazonS3Client(Config()));

        await Assert.ThrowsAsync<IrsaException>(() => UseAsync(withHost: true, static services => services.GetRequiredService<IAmazonS3>().ListBucketsAsync(Cancel)));
        Assert.Empty(_aws.S3.Calls);
    }

    [Fact]
    public async Task A_container_with_named_identities_only_has_clients_with_named_credentials_and_those_that_are_allowed()
    {
        Services.AddIrsaAws("reports", _aws.Configure).AddClient<IAmazonS3, AmazonS3Config>(_aws.Configure).AllowOtherCredentials<IAmazonS3>();
        Services.AddAWSService<IAmazonS3>((config, _) => _aws.Configure(config));
        Services.AddAWSService<IAmazonSQS>(new AWSOptions { Credentials = new BasicAWSCredentials("AKIAEXPLICIT00000000", "secret"), Region = RegionEndpoint.EUWest1 });

        await UseAsync(withHost: true, static async services =>
        {
            await services.GetRequiredKeyedService<IAmazonS3>("reports").ListBucketsAsync(Cancel);
            await Assert.ThrowsAsync<AmazonS3Exception>(() => services.GetRequiredService<IAmazonS3>().ListBucketsAsync(Cancel));
        });
    }

    private AmazonS3Config Config()
    {
        var config = new AmazonS3Config();
        _aws.Configure(config);
        return config;
    }

    private async Task UseAsync(bool withHost, Func<IServiceProvider, Task> use)
    {
        if (!withHost)
        {
            await using var container = Services.BuildServiceProvider();
            await use(container);
            return;
        }

        using var host = _host.Build();
        await host.StartAsync(Cancel);
        await use(host.Services);
        await host.StopAsync(Cancel);
    }
}
