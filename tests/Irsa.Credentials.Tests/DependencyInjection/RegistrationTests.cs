using Amazon;
using Amazon.Extensions.NETCore.Setup;
using Amazon.Runtime;
using Amazon.S3;
using Irsa.Credentials.AwsSdk;
using Irsa.Credentials.Configuration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Irsa.Credentials.Tests.DependencyInjection;

public sealed class RegistrationTests
{
    private readonly ServiceCollection _services = new();
    private readonly Dictionary<string, string> _variables = new()
    {
        ["AWS_ROLE_ARN"] = TestSettings.Role,
        ["AWS_WEB_IDENTITY_TOKEN_FILE"] = "/does/not/exist/token",
        ["AWS_REGION"] = "eu-central-1",
    };

    public RegistrationTests() => _services.AddSingleton(new InjectedEnvironment(name => _variables.GetValueOrDefault(name)));

    [Fact]
    public void The_three_forms_give_one_provider_also_as_AWSCredentials()
    {
        _services.AddIrsaAws();
        _services.AddIrsaAws(static options => options.RoleSessionName = "first");
        _services.AddIrsaAws(new ConfigurationBuilder().AddInMemoryCollection([new("Irsa:MaxAttempts", "2")]).Build().GetSection("Irsa"));
        using var provider = Build();

        var options = provider.GetRequiredService<IOptionsMonitor<IrsaOptions>>().CurrentValue;
        Assert.Equal(("first", 2), (options.RoleSessionName, options.MaxAttempts));
        Assert.Same(provider.GetRequiredService<WebIdentityTokenCredentials>(), provider.GetRequiredService<AWSCredentials>());
        Assert.Single(_services, static descriptor => descriptor.ServiceType == typeof(IHostedService));
        Assert.Single(_services, static descriptor => descriptor.ServiceType == typeof(AWSOptions));
    }

    [Fact]
    public void A_name_is_a_role_of_its_own_under_its_key_and_cannot_be_taken_twice()
    {
        _services.AddIrsaAws();
        _services.AddIrsaAws("reports", static options => options.RoleArn = "arn:aws:iam::111122223333:role/reports").AddClient<IAmazonS3>();
        using var provider = Build();

        Assert.Equal("arn:aws:iam::111122223333:role/reports", provider.GetRequiredKeyedService<WebIdentityTokenCredentials>("reports").Status.RoleArn);
        Assert.Equal(TestSettings.Role, provider.GetRequiredService<WebIdentityTokenCredentials>().Status.RoleArn);
        Assert.NotNull(provider.GetRequiredKeyedService<IAmazonS3>("reports"));
        var thrown = Assert.Throws<InvalidOperationException>(() => _services.AddIrsaAws("reports"));
        Assert.Contains("IRSA503", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_can_have_its_options_from_configuration_or_from_services()
    {
        _services.AddIrsaAws("section", new ConfigurationBuilder().AddInMemoryCollection([new("Irsa:reports:RoleArn", "arn:aws:iam::111122223333:role/reports")]).Build().GetSection("Irsa:reports"));
        _services.AddIrsaAws("bare");
        _services.Configure<IrsaOptions>("bare", static options => options.RoleArn = "arn:aws:iam::111122223333:role/bare");
        using var provider = Build();

        Assert.Equal("arn:aws:iam::111122223333:role/reports", provider.GetRequiredKeyedService<WebIdentityTokenCredentials>("section").Status.RoleArn);
        Assert.Equal("arn:aws:iam::111122223333:role/bare", provider.GetRequiredKeyedService<WebIdentityTokenCredentials>("bare").Status.RoleArn);
    }

    [Fact]
    public void A_client_has_the_identitys_region_and_credentials_unless_configured_otherwise()
    {
        _services.AddIrsaAws().AddClient<IAmazonS3>();
        _services.AddIrsaAws("far", static options => options.RoleArn = TestSettings.Role).AddClient<IAmazonS3, AmazonS3Config>(static config => config.RegionEndpoint = RegionEndpoint.APSouth1);
        using var provider = Build();

        Assert.Equal("eu-central-1", provider.GetRequiredService<IAmazonS3>().Config.RegionEndpoint.SystemName);
        Assert.Equal("ap-south-1", provider.GetRequiredKeyedService<IAmazonS3>("far").Config.RegionEndpoint.SystemName);
    }

    public static TheoryData<string, Action<IServiceCollection>> Orders => new()
    {
        { "alone", static services => services.AddIrsaAws() },
        { "after the user's instance", static services => { services.AddDefaultAWSOptions(new AWSOptions { Region = RegionEndpoint.EUWest1 }); services.AddIrsaAws(); } },
        { "after the user's factory", static services => { services.AddDefaultAWSOptions(static _ => new AWSOptions()); services.AddIrsaAws(); } },
        { "before TryAdd", static services => { services.AddIrsaAws(); services.TryAddDefaultAWSOptions(new AWSOptions()); } },
        { "after the client", static services => { services.AddAWSService<IAmazonS3>(); services.AddIrsaAws(); } },
        { "called again after a later registration", static services => { services.AddIrsaAws(); services.AddDefaultAWSOptions(new AWSOptions()); services.AddIrsaAws(); } },
    };

    [Theory]
    [MemberData(nameof(Orders))]
    public void Clients_of_AddAWSService_get_our_credentials(string order, Action<IServiceCollection> register)
    {
        Assert.NotEmpty(order);
        register(_services);
        using var provider = Build();

        Assert.Same(provider.GetRequiredService<WebIdentityTokenCredentials>(), provider.GetRequiredService<AWSOptions>().Credentials);
    }

    [Fact]
    public void The_users_options_are_completed_in_a_copy_and_never_changed()
    {
        var theirs = new AWSOptions { Region = RegionEndpoint.EUWest3 };
        theirs.DefaultClientConfig.MaxErrorRetry = 7;
        _services.AddDefaultAWSOptions(theirs);
        _services.AddIrsaAws();
        using var provider = Build();

        var completed = provider.GetRequiredService<AWSOptions>();

        Assert.NotSame(theirs, completed);
        Assert.Null(theirs.Credentials);
        Assert.Equal((RegionEndpoint.EUWest3, 7), (completed.Region, completed.DefaultClientConfig.MaxErrorRetry));
    }

    [Fact]
    public void Credentials_and_profiles_that_the_user_names_stay()
    {
        var own = new BasicAWSCredentials("key", "secret");
        _services.AddDefaultAWSOptions(new AWSOptions { Credentials = own });
        _services.AddIrsaAws();
        using var provider = Build();

        Assert.Same(own, provider.GetRequiredService<AWSOptions>().Credentials);
    }

    [Fact]
    public void The_copy_of_AWSOptions_is_complete_for_this_version_of_the_SDK()
    {
        var original = new AWSOptions();
        Fill(original);
        Fill(original.DefaultClientConfig);
        original.DefaultClientConfig.ServiceSpecificSettings["ForcePathStyle"] = "true";

        var copy = Irsa.Credentials.AwsSdk.AwsOptionsCopy.Of(original);

        Same(original, copy);
        Same(original.DefaultClientConfig, copy.DefaultClientConfig);
        Assert.Equal(original.DefaultClientConfig.ServiceSpecificSettings, copy.DefaultClientConfig.ServiceSpecificSettings);

        static void Same(object one, object other)
        {
            foreach (var property in one.GetType().GetProperties().Where(static property => property.SetMethod is { IsPublic: true }))
            {
                Assert.True(property.GetValue(one) is { } value && value.Equals(property.GetValue(other)), property.Name);
            }
        }

        static void Fill(object target)
        {
            foreach (var property in target.GetType().GetProperties().Where(static property => property.SetMethod is { IsPublic: true }))
            {
                var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
                property.SetValue(target, type switch
                {
                    _ when type == typeof(string) => property.Name,
                    _ when type == typeof(bool) => true,
                    _ when type == typeof(int) => 3,
                    _ when type == typeof(long) => 3L,
                    _ when type == typeof(TimeSpan) => TimeSpan.FromSeconds(3),
                    _ when type == typeof(RegionEndpoint) => RegionEndpoint.EUWest1,
                    _ when type == typeof(AWSCredentials) => new AnonymousAWSCredentials(),
                    _ when type.IsEnum => Enum.GetValues(type).GetValue(1),
                    _ => Activator.CreateInstance(type),
                });
            }
        }
    }

    [Fact]
    public async Task A_start_with_faults_fails_with_every_one_of_them()
    {
        _variables["AWS_ROLE_ARN"] = "nonsense";
        _variables.Remove("AWS_REGION");
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton(new InjectedEnvironment(name => _variables.GetValueOrDefault(name)));
        builder.Services.AddIrsaAws();
        using var host = builder.Build();

        var thrown = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(TestContext.Current.CancellationToken));

        Assert.Contains("IRSA104", thrown.Message, StringComparison.Ordinal);
        Assert.Contains("IRSA107", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_host_the_first_use_fails_the_same_way_and_no_other_source_is_tried()
    {
        _variables.Clear();
        _variables["AWS_ACCESS_KEY_ID"] = "AKIAOTHER";
        _variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "http://169.254.170.23/v1/credentials";
        _services.AddIrsaAws().AddClient<IAmazonS3>();
        using var provider = Build();

        Assert.Contains("IRSA110", Assert.Throws<OptionsValidationException>(provider.GetRequiredService<IAmazonS3>).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Disposal_of_the_container_ends_providers_and_connections()
    {
        _services.AddIrsaAws();
        _services.AddIrsaAws("reports", static options => options.RoleArn = "arn:aws:iam::111122223333:role/reports");
        var provider = Build();
        var credentials = new[] { provider.GetRequiredService<WebIdentityTokenCredentials>(), provider.GetRequiredKeyedService<WebIdentityTokenCredentials>("reports") };
        var transport = provider.GetRequiredService<StsHttpClientFactory>();

        Assert.Same(transport, provider.GetRequiredService<StsHttpClientFactory>());

        await provider.DisposeAsync();

        Assert.All(credentials, static one => Assert.Equal(CredentialState.Disposed, one.Status.State));
        Assert.Throws<ObjectDisposedException>(() => transport.CreateHttpClient(new AmazonS3Config()));
    }

    [Fact]
    public void A_configuration_that_changes_later_has_no_effect_on_an_identity_in_use()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("Irsa:RoleArn", TestSettings.Role)]).Build();
        _services.AddIrsaAws(configuration.GetSection("Irsa"));
        using var provider = Build();
        var credentials = provider.GetRequiredService<WebIdentityTokenCredentials>();

        configuration["Irsa:RoleArn"] = "arn:aws:iam::111122223333:role/another";
        configuration.Reload();

        Assert.Same(credentials, provider.GetRequiredService<WebIdentityTokenCredentials>());
        Assert.Equal(TestSettings.Role, credentials.Status.RoleArn);
        Assert.Equal(TestSettings.Role, provider.GetRequiredService<IOptionsMonitor<IrsaOptions>>().CurrentValue.RoleArn);
    }

    [Fact]
    public void A_container_with_scope_validation_builds()
    {
        _services.AddIrsaAws().AddClient<IAmazonS3>();
        _services.AddAWSService<IAmazonS3>();
        _services.AddHealthChecks().AddIrsa();
        _services.AddLogging();

        using var provider = _services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });

        Assert.NotNull(provider.GetRequiredService<IAmazonS3>());
    }

    private ServiceProvider Build() => _services.BuildServiceProvider();
}
