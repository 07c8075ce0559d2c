using Amazon;
using Amazon.Extensions.NETCore.Setup;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.SQS;
using Irsa.Credentials.BypassGuard;
using Irsa.Credentials.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Irsa.Credentials.IntegrationTests.DependencyInjection;

/// <summary>
/// The registrations that lose an identity with the SDK alone, and every pair of them, in every kind of container. The process has other
/// keys in its environment, which the local S3 refuses: a request that succeeds is signed with ours.
/// </summary>
[Collection(nameof(CredentialBypassGuard))]
public sealed class RegistrationOrderTests : IAsyncLifetime
{
    private LocalAws _aws = null!;

    public enum Container
    {
        Bare,
        GenericHost,
        WebApplication,
        TestFactory,
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static IReadOnlyDictionary<string, Action<IServiceCollection, LocalAws>> Orders { get; } = new Dictionary<string, Action<IServiceCollection, LocalAws>>
    {
        ["options with our credentials"] = static (services, aws) =>
        {
            services.AddIrsaAws(aws.Configure);
            services.AddDefaultAWSOptions(static provider => new AWSOptions { Credentials = provider.GetRequiredService<WebIdentityTokenCredentials>(), Region = RegionEndpoint.EUWest1 });
            services.AddAWSService<IAmazonS3>((config, _) => aws.Configure(config));
        },
        ["ours, then the user's options"] = static (services, aws) =>
        {
            services.AddIrsaAws(aws.Configure);
            services.AddDefaultAWSOptions(new AWSOptions { Region = RegionEndpoint.EUWest1 });
            services.AddAWSService<IAmazonS3>((config, _) => aws.Configure(config));
        },
        ["the user's options, then ours"] = static (services, aws) =>
        {
            services.AddDefaultAWSOptions(new AWSOptions { Region = RegionEndpoint.EUWest1 });
            services.AddIrsaAws(aws.Configure);
            services.AddAWSService<IAmazonS3>((config, _) => aws.Configure(config));
        },
        ["options for one client"] = static (services, aws) =>
        {
            services.AddIrsaAws(aws.Configure);
            services.AddAWSService<IAmazonS3>(new AWSOptions { Region = RegionEndpoint.EUWest1 }, (config, _) => aws.Configure(config));
        },
        ["credentials in the container and in the client's configuration"] = static (services, aws) =>
        {
            services.AddIrsaAws(aws.Configure);
            services.AddSingleton<AWSCredentials>(static provider => provider.GetRequiredService<WebIdentityTokenCredentials>());
            services.AddAWSService<IAmazonS3>((config, provider) =>
            {
                aws.Configure(config);
                config.DefaultAWSCredentials = provider.GetRequiredService<AWSCredentials>();
            });
        },
        ["keyed options and client"] = static (services, aws) =>
        {
            services.AddIrsaAws(aws.Configure);
            services.AddKeyedSingleton("a", new AWSOptions { Region = RegionEndpoint.EUWest1 });
            services.AddKeyedAWSService<IAmazonS3>("a", (config, _) => aws.Configure(config));
        },
    };

    public static MatrixTheoryData<string, Container> Singles => new(Orders.Keys, Enum.GetValues<Container>());

    public static MatrixTheoryData<string, string, Container> Pairs => new(Orders.Keys, Orders.Keys, Enum.GetValues<Container>());

    public async ValueTask InitializeAsync() => _aws = await LocalAws.StartAsync(cancellationToken: Cancel);

    public ValueTask DisposeAsync() => _aws.DisposeAsync();

    [Theory]
    [MemberData(nameof(Singles))]
    public async Task One_order_ends_with_our_identity_or_with_an_error_that_names_it(string order, Container container)
    {
        var refusal = await UseAsync(container, [order]);

        switch (order)
        {
            case "ours, then the user's options":
                Assert.NotNull(refusal);
                break;
            case "options for one client":
                Assert.Contains("AddAWSService<IAmazonS3>", refusal, StringComparison.Ordinal);
                break;
            default:
                Assert.Null(refusal);
                break;
        }
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task Two_orders_in_one_container_end_with_our_identity_or_with_an_error(string first, string second, Container container)
    {
        if (await UseAsync(container, [first, second]) is { } refusal)
        {
            Assert.Contains("IRSA501", refusal, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("ours, then the user's options", "AddAWSService uses AWSOptions that were registered after AddIrsaAws")]
    [InlineData("options for one client", "AddAWSService<IAmazonS3> was given AWSOptions of its own that name no credentials")]
    public void A_bare_container_can_be_verified_without_a_request(string order, string expected)
    {
        var services = new ServiceCollection();
        Orders[order](services, _aws);
        using var provider = services.BuildServiceProvider();

        var thrown = Assert.Throws<IrsaException>(() => provider.VerifyIrsaAws());

        Assert.Equal(IrsaErrorCode.CredentialsBypassed, thrown.Code);
        Assert.Contains(expected, thrown.Message, StringComparison.Ordinal);
        Assert.Throws<IrsaException>(() => provider.VerifyIrsaAws());
    }

    [Fact]
    public async Task A_client_that_is_meant_to_differ_may()
    {
        var services = new ServiceCollection();
        services.AddIrsaAws(_aws.Configure).AllowOtherCredentials<IAmazonSQS>();
        services.AddAWSService<IAmazonSQS>(new AWSOptions { Region = RegionEndpoint.EUWest1 }, (config, _) => config.ServiceURL = _aws.S3.Endpoint.AbsoluteUri);
        await using var provider = services.BuildServiceProvider();

        provider.VerifyIrsaAws();

        await Assert.ThrowsAnyAsync<AmazonServiceException>(() => provider.GetRequiredService<IAmazonSQS>().ListQueuesAsync("prefix", Cancel));
    }

    [Fact]
    public async Task A_keyed_client_of_the_SDK_is_not_taken_for_the_role_of_that_name()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddIrsaAws(_aws.Configure);
        builder.Services.AddIrsaAws("reports", _aws.Configure);
        builder.Services.AddKeyedAWSService<IAmazonS3>("reports", (config, _) => _aws.Configure(config));
        using var host = builder.Build();

        var thrown = await Assert.ThrowsAsync<IrsaException>(() => host.StartAsync(Cancel));

        Assert.Contains("AddIrsaAws(\"reports\").AddClient<IAmazonS3>()", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_profile_that_this_machine_does_not_have_ends_the_start_instead_of_being_passed_over()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddDefaultAWSOptions(new AWSOptions { Profile = "a-developers-own" });
        builder.Services.AddIrsaAws(_aws.Configure);
        builder.Services.AddAWSService<IAmazonS3>((config, _) => _aws.Configure(config));
        using var host = builder.Build();

        var thrown = await Assert.ThrowsAsync<IrsaException>(() => host.StartAsync(Cancel));

        Assert.Contains("the profile \"a-developers-own\", which this machine does not have", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_with_credentials_of_its_own_keeps_them()
    {
        var keys = new BasicAWSCredentials("AKIAEXPLICIT00000000", "secret");
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddIrsaAws(_aws.Configure);
        builder.Services.AddAWSService<IAmazonS3>(new AWSOptions { Credentials = keys }, (config, _) => _aws.Configure(config));
        using var host = builder.Build();

        await host.StartAsync(Cancel);

        await Assert.ThrowsAsync<AmazonS3Exception>(() => host.Services.GetRequiredService<IAmazonS3>().ListBucketsAsync(Cancel));
    }

    public static TheoryData<string, bool, Action<IServiceCollection>> Replacements => new()
    {
        { "an instance of AWSCredentials", true, static services => services.AddSingleton<AWSCredentials>(new AnonymousAWSCredentials()) },
        { "a factory of AWSCredentials", true, static services => services.AddSingleton<AWSCredentials>(static _ => new AnonymousAWSCredentials()) },
        { "shared options with credentials", true, static services => services.AddDefaultAWSOptions(new AWSOptions { Credentials = new AnonymousAWSCredentials() }) },
        { "our own identity as AWSCredentials", false, static services => services.AddSingleton<AWSCredentials>(static provider => provider.GetRequiredService<WebIdentityTokenCredentials>()) },
        { "our own identity in shared options", false, static services => services.AddDefaultAWSOptions(static provider => new AWSOptions { Credentials = provider.GetRequiredService<WebIdentityTokenCredentials>() }) },
        { "a factory that throws", false, static services => services.AddSingleton<AWSCredentials>(static _ => throw new InvalidOperationException("from the application")) },
        { "a key of the application", false, static services => services.AddKeyedSingleton<AWSCredentials>("own", new AnonymousAWSCredentials()) },
        { "nothing", false, static _ => { } },
    };

    [Theory]
    [MemberData(nameof(Replacements))]
    public void Credentials_that_take_the_place_of_ours_are_told_once(string what, bool isTold, Action<IServiceCollection> replace)
    {
        using var logs = new RecordingLoggerFactory();
        var services = new ServiceCollection().AddSingleton<ILoggerFactory>(logs);
        services.AddIrsaAws(_aws.Configure);
        replace(services);
        using var provider = services.BuildServiceProvider();

        provider.VerifyIrsaAws();
        provider.VerifyIrsaAws();

        Assert.True((isTold ? 1 : 0) == logs.EventIds.Count(static id => id == 504), what);
        Assert.All(logs.Lines, static line => Assert.Contains("IRSA506", line, StringComparison.Ordinal));
    }

    /// <summary>The refusal's text, or null after a request of every client has succeeded.</summary>
    private async Task<string?> UseAsync(Container container, IReadOnlyList<string> orders)
    {
        var registered = new List<IServiceCollection>();
        try
        {
            switch (container)
            {
                case Container.Bare:
                    var services = new ServiceCollection();
                    Register(services);
                    await using (var provider = services.BuildServiceProvider(validateScopes: true))
                    {
                        await RequestAsync(provider, services);
                    }

                    break;

                case Container.GenericHost:
                    var builder = Host.CreateEmptyApplicationBuilder(null);
                    Register(builder.Services);
                    using (var host = builder.Build())
                    {
                        await host.StartAsync(Cancel);
                        await RequestAsync(host.Services, builder.Services);
                    }

                    break;

                case Container.TestFactory:
                    using (var factory = new Factory(Register))
                    {
                        await RequestAsync(factory.Services, factory.Registered!);
                    }

                    break;

                default:
                    var web = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
                    web.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
                    Register(web.Services);
                    await using (var application = web.Build())
                    {
                        await application.StartAsync(Cancel);
                        await RequestAsync(application.Services, web.Services);
                    }

                    break;
            }

            return null;
        }
        catch (IrsaException exception)
        {
            return exception.Message;
        }
        finally
        {
            // A container that was never built, or whose host did not start, would refuse clients of other tests.
            foreach (var services in registered)
            {
                ClientVerifier.Of(services).EndWatch();
            }
        }

        void Register(IServiceCollection services)
        {
            registered.Add(services);
            foreach (var order in orders)
            {
                Orders[order](services, _aws);
            }
        }
    }

    private static async Task RequestAsync(IServiceProvider provider, IServiceCollection services)
    {
        foreach (var descriptor in services.Where(static descriptor => descriptor.ServiceType == typeof(IAmazonS3)).ToList())
        {
            var s3 = descriptor.IsKeyedService ? provider.GetRequiredKeyedService<IAmazonS3>(descriptor.ServiceKey) : provider.GetRequiredService<IAmazonS3>();
            await s3.ListBucketsAsync(Cancel);
        }
    }

    /// <summary>As an application's own tests start it: its registrations first, and then the test's, which are the ones looked at here.</summary>
    private sealed class Factory(Action<IServiceCollection> register) : WebApplicationFactory<RegistrationOrderTests>
    {
        public IServiceCollection? Registered { get; private set; }

        protected override IHostBuilder CreateHostBuilder() => new HostBuilder().ConfigureWebHost(static web => web.UseTestServer().Configure(static _ => { }));

        protected override void ConfigureWebHost(IWebHostBuilder builder) => builder.UseContentRoot(AppContext.BaseDirectory).ConfigureTestServices(services =>
        {
            register(services);
            Registered = services;
        });
    }
}
