using Amazon;
using Amazon.Extensions.NETCore.Setup;
using Amazon.Runtime;
using Amazon.S3;
using Autofac.Extensions.DependencyInjection;
using Irsa.Credentials.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Irsa.Credentials.ContainerTests;

/// <summary>
/// Every container, every order of registration, every kind of identity. The process has other keys in its environment, which the local S3
/// refuses: a request is signed with ours, or refused with an error that says why.
/// </summary>
[Collection(nameof(ContainerOrderTests))]
public sealed class ContainerOrderTests : IAsyncLifetime
{
    private const string Name = "billing";

    /// <summary>With a default identity these are as they should be, and not refused.</summary>
    private static readonly string[] AreOurs = ["AddAWSService alone", "AddAWSService first", "options first", "options by a type of the application", "AddAWSService, decorated by Scrutor"];

    private LocalAws _aws = null!;

    public enum Identity
    {
        Default = 0,
        NamedOnly = 1,
        Early = 2,
    }

    public static MatrixTheoryData<string, string, Identity, bool> All => new(Containers.Keys, Orders.Keys, Enum.GetValues<Identity>(), [false, true]);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static IReadOnlyDictionary<string, Func<IServiceCollection, IServiceProvider>> Containers { get; } = new Dictionary<string, Func<IServiceCollection, IServiceProvider>>
    {
        ["Microsoft"] = static services => services.BuildServiceProvider(new ServiceProviderOptions { ValidateScopes = true, ValidateOnBuild = true }),
        ["Autofac"] = static services => new AutofacServiceProviderFactory().CreateServiceProvider(new AutofacServiceProviderFactory().CreateBuilder(services)),
    };

    private static IReadOnlyDictionary<string, Action<IServiceCollection, Func<IrsaAwsBuilder>, LocalAws>> Orders { get; } = new Dictionary<string, Action<IServiceCollection, Func<IrsaAwsBuilder>, LocalAws>>
    {
        ["AddAWSService alone"] = static (services, add, aws) =>
        {
            add();
            services.AddAWSService<IAmazonS3>((config, _) => aws.Configure(config));
        },
        ["AddAWSService first"] = static (services, add, aws) =>
        {
            services.AddAWSService<IAmazonS3>((config, _) => aws.Configure(config));
            add();
        },
        ["options first"] = static (services, add, aws) =>
        {
            services.AddDefaultAWSOptions(new AWSOptions { Region = RegionEndpoint.EUWest1 });
            services.AddAWSService<IAmazonS3>((config, _) => aws.Configure(config));
            add();
        },
        ["options after"] = static (services, add, aws) =>
        {
            add();
            services.AddDefaultAWSOptions(new AWSOptions { Region = RegionEndpoint.EUWest1 });
            services.AddAWSService<IAmazonS3>((config, _) => aws.Configure(config));
        },
        ["options by a type of the application"] = static (services, add, aws) =>
        {
            services.AddSingleton<AWSOptions, OwnOptions>();
            add();
            services.AddAWSService<IAmazonS3>((config, _) => aws.Configure(config));
        },
        ["options of one client"] = static (services, add, aws) =>
        {
            add();
            services.AddAWSService<IAmazonS3>(new AWSOptions { Region = RegionEndpoint.EUWest1 }, (config, _) => aws.Configure(config));
        },
        ["a client of the application without credentials"] = static (services, add, aws) =>
        {
            add();
            services.AddSingleton<IAmazonS3>(_ => new AmazonS3Client(Config(aws)));
        },
        ["AddClient"] = static (services, add, aws) => add().AddClient<IAmazonS3, AmazonS3Config>(aws.Configure),
        ["AddClient, decorated by Scrutor"] = static (services, add, aws) =>
        {
            add().AddClient<IAmazonS3, AmazonS3Config>(aws.Configure);
            if (services.Any(static service => service.ServiceType == typeof(IAmazonS3) && !service.IsKeyedService))
            {
                services.Decorate<IAmazonS3>(static inner => inner);
            }
        },
        ["AddAWSService, decorated by Scrutor"] = static (services, add, aws) =>
        {
            services.AddAWSService<IAmazonS3>((config, _) => aws.Configure(config));
            services.Decorate<IAmazonS3>(static inner => inner);
            add();
        },
        ["a container built halfway, then the options"] = static (services, add, aws) =>
        {
            add();
            services.AddAWSService<IAmazonS3>((config, _) => aws.Configure(config));
            var halfway = services.BuildServiceProvider();
            _ = halfway.GetService<IAmazonS3>();
            services.AddDefaultAWSOptions(new AWSOptions { Region = RegionEndpoint.EUWest1 });
        },
        ["a container built halfway, then a client of the application"] = static (services, add, aws) =>
        {
            add();
            using (var halfway = services.BuildServiceProvider())
            {
                _ = halfway.GetKeyedService<AWSCredentials>(Name) ?? halfway.GetService<AWSCredentials>();
            }

            services.AddSingleton<IAmazonS3>(_ => new AmazonS3Client(Config(aws)));
        },
    };

    public async ValueTask InitializeAsync() => _aws = await LocalAws.StartAsync(cancellationToken: Cancel);

    public ValueTask DisposeAsync() => _aws.DisposeAsync();

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_request_is_signed_with_ours_or_refused(string container, string order, Identity identity, bool isStarted)
    {
        await using var early = identity == Identity.Early ? MakeEarly() : null;
        var services = new ServiceCollection();
        services.AddLogging();
        Orders[order](services, () => identity switch
        {
            Identity.Default => services.AddIrsaAws(_aws.Configure),
            Identity.NamedOnly => services.AddIrsaAws(Name, _aws.Configure),
            _ => services.AddIrsaAws(early!),
        }, _aws);
        var error = await Record.ExceptionAsync(() => CallAsync(Containers[container](services), isStarted));

        Assert.All(_aws.S3.Calls, static call => Assert.NotEqual(StaticKeysInEnvironment.AccessKeyId, call.AccessKeyId));
        if (order.StartsWith("AddClient", StringComparison.Ordinal) || (identity != Identity.NamedOnly && AreOurs.Contains(order)))
        {
            Assert.Null(error);
        }

        if (error is null)
        {
            Assert.NotEmpty(_aws.S3.Calls);
        }
        else
        {
            Assert.Equal("IRSA501", Assert.IsType<IrsaException>(error.GetBaseException()).Id);
        }
    }

    private static async Task CallAsync(IServiceProvider container, bool isStarted)
    {
        try
        {
            foreach (var service in isStarted ? container.GetServices<IHostedService>() : [])
            {
                await ((IHostedLifecycleService)service).StartingAsync(Cancel);
            }

            var s3 = container.GetService<IAmazonS3>() ?? container.GetRequiredKeyedService<IAmazonS3>(Name);
            await s3.ListBucketsAsync(Cancel);
        }
        finally
        {
            ((IDisposable)container).Dispose();
        }
    }

    private static AmazonS3Config Config(LocalAws aws)
    {
        var config = new AmazonS3Config();
        aws.Configure(config);
        return config;
    }

    private WebIdentityTokenCredentials MakeEarly()
    {
        var options = new IrsaOptions();
        _aws.Configure(options);
        return new WebIdentityTokenCredentials(options);
    }

    /// <summary>The container makes it, as an application's own kind of options.</summary>
    private sealed class OwnOptions : AWSOptions
    {
        public OwnOptions() => Region = RegionEndpoint.EUWest1;
    }
}
