using System.Reflection;
using Amazon.Extensions.NETCore.Setup;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Irsa.Credentials.Configuration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Irsa.Credentials.Tests.DependencyInjection;

/// <summary>
/// What an application has configured for <c>AddAWSService</c> means the same with this library, and the same to <c>AddClient</c>: whoever moves
/// from the one to the other has the same region, endpoint, retries and time limits.
/// </summary>
public sealed class ClientEquivalenceTests
{
    /// <summary>Whose credentials a client has is what differs, and the SDK sets some of the rest per client.</summary>
    private static readonly string[] Differ = ["DefaultAWSCredentials", "IdentityResolverConfiguration"];

    public static TheoryData<string> Sections =>
    [
        "Region=eu-west-3",
        "Region=cn-north-1",
        "Region=eu-west-3;RetryMode=Adaptive;MaxErrorRetry=9",
        "Region=eu-west-3;RetryMode=Standard",
        "Region=eu-west-3;Timeout=4321;ReadWriteTimeout=8765",
        "Region=eu-west-3;ConnectTimeout=3000",
        "Region=eu-west-3;DefaultsMode=InRegion",
        "Region=eu-west-3;DefaultsMode=Mobile;MaxErrorRetry=2",
        "Region=eu-west-3;UseHttp=true",
        "Region=eu-west-3;UseFIPSEndpoint=true",
        "Region=us-east-1;UseDualstackEndpoint=true",
        "Region=eu-west-3;ServiceURL=http://localhost:9000/",
        "Region=eu-west-3;ServiceURL=http://localhost:9000/;AuthenticationRegion=default",
        "ServiceURL=http://localhost:9000/;AuthenticationRegion=default",
        "Region=eu-west-3;ForcePathStyle=true",
        "Region=eu-west-3;UseAccelerateEndpoint=true",
        "Region=eu-west-3;UseArnRegion=true;DisableMultiregionAccessPoints=true",
        "Region=eu-west-3;ProxyHost=proxy.example;ProxyPort=3128",
        "Region=eu-west-3;IgnoreConfiguredEndpointUrls=true",
        "Region=eu-west-3;RequestChecksumCalculation=WHEN_REQUIRED;ResponseChecksumValidation=WHEN_REQUIRED",
        "Region=eu-west-3;ClientAppId=orders",
        "Region=eu-west-3;AllowAutoRedirect=true;HttpClientCacheSize=3;CacheHttpClient=false",
        "Region=eu-west-3;DisableLogging=true;LogMetrics=true",
        "Region=eu-west-3;ThrottleRetries=false;FastFailRequests=true",
    ];

    [Theory]
    [MemberData(nameof(Sections))]
    public void A_client_is_what_it_is_without_this_library(string section)
    {
        var stock = Client(static (services, shared) =>
        {
            shared.Credentials = new AnonymousAWSCredentials();
            services.AddDefaultAWSOptions(shared).AddAWSService<IAmazonS3>();
        }, section);

        Assert.Equal(stock, Client(static (services, shared) => services.AddDefaultAWSOptions(shared).AddAWSService<IAmazonS3>().AddIrsaAws(), section));
        Assert.Equal(stock, Client(static (services, shared) => services.AddDefaultAWSOptions(shared).AddIrsaAws().AddClient<IAmazonS3>(), section));
        Assert.Equal(stock, Client(static (services, shared) => services.AddIrsaAws().AddClient<IAmazonS3>().Services.AddDefaultAWSOptions(shared), section));
        Assert.Equal(stock, Client(static (services, shared) => services.AddSingleton<AWSOptions>(_ => new Derived(shared)).AddIrsaAws().AddClient<IAmazonS3>(), section));
    }

    [Theory]
    [MemberData(nameof(Sections))]
    public void A_section_that_nobody_registers_is_the_base_too(string section)
    {
        var registered = Client(static (services, shared) => services.AddDefaultAWSOptions(shared).AddIrsaAws().AddClient<IAmazonS3>(), section);

        Assert.Equal(registered, Client(static (services, _) => services.AddIrsaAws().AddClient<IAmazonS3>(), section));
        Assert.Equal(registered, Client(static (services, _) => services.AddIrsaAws().Services.AddAWSService<IAmazonS3>(), section));
    }

    [Theory]
    [InlineData("RetryMode=Adaptive")]
    [InlineData("Timeout=4321")]
    [InlineData("")]
    public void Without_a_region_of_its_own_it_has_the_identitys_either_way(string section)
    {
        var moved = Client(static (services, _) => services.AddIrsaAws().AddClient<IAmazonS3>(), section);

        Assert.Equal(moved, Client(static (services, _) => services.AddIrsaAws().Services.AddAWSService<IAmazonS3>(), section));
        Assert.Contains("region: eu-central-1", moved);
    }

    /// <summary>The region of the identity is the one that the application has named. What the SDK signs for depends on the variables of the process.</summary>
    [Fact]
    public void Beside_an_endpoint_alone_AddClient_signs_for_the_identitys_region_and_AddAWSService_as_without_this_library()
    {
        const string Section = "ServiceURL=http://localhost:9000/";
        var stock = Client(static (services, shared) =>
        {
            shared.Credentials = new AnonymousAWSCredentials();
            services.AddDefaultAWSOptions(shared).AddAWSService<IAmazonS3>();
        }, Section);

        Assert.Equal(stock, Client(static (services, shared) => services.AddDefaultAWSOptions(shared).AddAWSService<IAmazonS3>().AddIrsaAws(), Section));
        Assert.Contains("AuthenticationRegion: eu-central-1", Client(static (services, shared) => services.AddDefaultAWSOptions(shared).AddIrsaAws().AddClient<IAmazonS3>(), Section));
        Assert.DoesNotContain("AuthenticationRegion: eu-central-1", stock);
    }

    /// <summary>All that can be read of a client, and where it sends a request.</summary>
    private static List<string> Client(Action<IServiceCollection, AWSOptions> register, string section)
    {
        var pairs = section.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(static pair => KeyValuePair.Create("AWS:" + pair.Split('=')[0], (string?)pair.Split('=', 2)[1]));
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(pairs).Build();
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(configuration).AddSingleton(new InjectedEnvironment(static name => name switch
        {
            "AWS_ROLE_ARN" => TestSettings.Role,
            "AWS_WEB_IDENTITY_TOKEN_FILE" => "/var/run/secrets/token",
            "AWS_REGION" => "eu-central-1",
            _ => null,
        }));
        register(services, configuration.GetAWSOptions());
        using var provider = services.BuildServiceProvider();
        var client = (AmazonS3Client)provider.GetRequiredService<IAmazonS3>();
        var endpoint = client.DetermineServiceOperationEndpoint(new GetObjectRequest { BucketName = "bucket", Key = "key" }).URL;
        return
        [
            $"endpoint: {endpoint}",
            $"region: {client.Config.RegionEndpoint?.SystemName ?? client.Config.AuthenticationRegion}",
            .. client.Config.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)
                .Where(static property => property.CanRead && !Differ.Contains(property.Name))
                .Select(property => $"{property.Name}: {property.GetValue(client.Config)}")
                .Order(StringComparer.Ordinal),
        ];
    }

    private sealed class Derived : AWSOptions
    {
        public Derived(AWSOptions shared)
        {
            Region = shared.Region;
            DefaultConfigurationMode = shared.DefaultConfigurationMode;
            foreach (var property in typeof(DefaultClientConfig).GetProperties().Where(static property => property.CanWrite))
            {
                property.SetValue(DefaultClientConfig, property.GetValue(shared.DefaultClientConfig));
            }

            foreach (var (name, value) in shared.DefaultClientConfig.ServiceSpecificSettings)
            {
                DefaultClientConfig.ServiceSpecificSettings[name] = value;
            }
        }
    }
}
