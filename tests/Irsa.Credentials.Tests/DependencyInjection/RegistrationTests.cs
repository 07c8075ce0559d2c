using Amazon;
using Amazon.Extensions.NETCore.Setup;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.SecurityToken;
using Irsa.Credentials.AwsSdk;
using Irsa.Credentials.Configuration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

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

        var settings = provider.GetRequiredService<WebIdentityTokenCredentials>().Settings;
        Assert.Equal(("first", 2), (settings.RoleSessionName, settings.MaxAttempts));
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
        var thrown = Assert.Throws<IrsaException>(() => _services.AddIrsaAws("reports"));
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
    public void Credentials_and_profiles_that_the_user_names_are_kept()
    {
        var own = new BasicAWSCredentials("key", "secret");
        _services.AddDefaultAWSOptions(new AWSOptions { Credentials = own });
        _services.AddIrsaAws();
        using var provider = Build();

        Assert.Same(own, provider.GetRequiredService<AWSOptions>().Credentials);
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

        var thrown = await Assert.ThrowsAsync<IrsaException>(() => host.StartAsync(TestContext.Current.CancellationToken));

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

        Assert.Contains("IRSA110", Assert.Throws<IrsaException>(provider.GetRequiredService<IAmazonS3>).Message, StringComparison.Ordinal);
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
    public async Task A_configuration_that_changes_later_has_no_effect_on_an_identity_in_use_its_clients_and_its_health()
    {
        var configuration = Configuration(("Irsa:RoleArn", TestSettings.Role), ("Irsa:Region", "eu-west-1"));
        _services.AddLogging().AddIrsaAws(configuration.GetSection("Irsa")).AddClient<IAmazonS3>();
        _services.AddHealthChecks().AddIrsa();
        using var provider = Build();
        var credentials = provider.GetRequiredService<WebIdentityTokenCredentials>();

        configuration["Irsa:RoleArn"] = "arn:aws:iam::111122223333:role/another";
        configuration["Irsa:Region"] = "ap-south-1";
        configuration["Irsa:ExpiryMargin"] = "nonsense";
        configuration.Reload();

        Assert.Same(credentials, provider.GetRequiredService<WebIdentityTokenCredentials>());
        Assert.Equal(TestSettings.Role, credentials.Status.RoleArn);
        Assert.Equal("eu-west-1", provider.GetRequiredService<IAmazonS3>().Config.RegionEndpoint.SystemName);
        var health = await provider.GetRequiredService<HealthCheckService>().CheckHealthAsync(TestContext.Current.CancellationToken);
        Assert.Equal(TestSettings.Role, health.Entries["irsa"].Data["role"]);
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

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    public void An_empty_region_is_none_for_STS_and_for_clients_alike(string region)
    {
        _services.AddSingleton<IConfiguration>(Configuration(("Irsa:Region", region)));
        _services.AddIrsaAws().AddClient<IAmazonS3>();
        _services.AddAWSService<IAmazonSecurityTokenService>();
        using var provider = Build();

        Assert.Equal("eu-central-1", provider.GetRequiredService<WebIdentityTokenCredentials>().Settings.Region);
        Assert.Equal("eu-central-1", provider.GetRequiredService<IAmazonS3>().Config.RegionEndpoint.SystemName);
        Assert.Equal("eu-central-1", provider.GetRequiredService<IAmazonSecurityTokenService>().Config.RegionEndpoint.SystemName);
    }

    [Fact]
    public void The_section_Irsa_of_the_containers_configuration_is_bound_and_code_overrides_it()
    {
        _services.Configure<IrsaOptions>(static options => options.RoleSessionName = "code");
        _services.AddSingleton<IConfiguration>(Configuration(("Irsa:SessionDuration", "00:30:00"), ("Irsa:RoleSessionName", "section"), ("Irsa:MaxAttempts", "2"), ("Irsa:reports:RoleArn", TestSettings.Role), ("Irsa:Far:RoleArn", TestSettings.Role)));
        _services.AddIrsaAws(static options => options.MaxAttempts = 3);
        _services.AddIrsaAws("reports");
        _services.AddIrsaAws("other region", Configuration(("Irsa:Far:RoleArn", TestSettings.Role)).GetSection("Irsa:Far"));
        using var provider = Build();

        var settings = provider.GetRequiredService<WebIdentityTokenCredentials>().Settings;

        Assert.Equal((TimeSpan.FromMinutes(30), "code", 3), (settings.SessionDuration, settings.RoleSessionName, settings.MaxAttempts));
        Assert.Null(provider.GetRequiredKeyedService<WebIdentityTokenCredentials>("reports").Settings.SessionDuration);
    }

    [Fact]
    public void A_section_that_is_named_takes_the_place_of_Irsa_and_twice_is_once()
    {
        var configuration = Configuration(("Irsa:MaxAttempts", "2"), ("Mine:SessionPolicyArns:0", "one"), ("Mine:RoleSessionName", "mine"));
        _services.AddSingleton<IConfiguration>(configuration);
        _services.AddIrsaAws(configuration.GetSection("Mine"));
        _services.AddIrsaAws(configuration.GetSection("Mine"));
        using var provider = Build();

        var settings = provider.GetRequiredService<WebIdentityTokenCredentials>().Settings;

        Assert.Equal(("mine", 4), (settings.RoleSessionName, settings.MaxAttempts));
        Assert.Equal(["one"], settings.SessionPolicyArns);
    }

    [Fact]
    public void All_faults_of_options_are_one_exception_wherever_they_come_from()
    {
        _services.AddIrsaAws(Configuration(("Irsa:RoleArm", "x"), ("Irsa:ExpiryMargin", "1")).GetSection("Irsa"));
        _services.AddIrsaAws(static options => options.MaxAttempts = 99);
        _services.AddOptions<IrsaOptions>().Validate(static _ => false, "The role is not in our list.");
        using var provider = Build();

        var thrown = Assert.Throws<IrsaException>(provider.GetRequiredService<WebIdentityTokenCredentials>);

        Assert.All(["Irsa:RoleArm", "Irsa:ExpiryMargin", "MaxAttempts", "not in our list"], text => Assert.Contains(text, thrown.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void The_containers_clock_is_not_used_and_that_of_the_options_is()
    {
        var clock = new FakeTimeProvider();
        _services.AddSingleton<TimeProvider>(new FakeTimeProvider());
        _services.AddIrsaAws();
        _services.AddIrsaAws("timed", options => options.TimeProvider = clock);
        using var provider = Build();

        Assert.Same(TimeProvider.System, provider.GetRequiredService<WebIdentityTokenCredentials>().Settings.Time);
        Assert.Same(clock, provider.GetRequiredKeyedService<WebIdentityTokenCredentials>("timed").Settings.Time);
    }

    [Fact]
    public void Shared_options_are_the_base_of_a_client_of_AddClient_as_they_are_of_AddAWSService()
    {
        _services.AddSingleton<IConfiguration>(Configuration(("AWS:Region", "eu-west-3"), ("AWS:RetryMode", "Adaptive"), ("AWS:MaxErrorRetry", "7"), ("AWS:Timeout", "4321")));
        _services.AddIrsaAws().AddClient<IAmazonS3>();
        _services.AddAWSService<IAmazonSecurityTokenService>();
        using var provider = Build();

        var ours = (ClientConfig)provider.GetRequiredService<IAmazonS3>().Config;
        var theirs = (ClientConfig)provider.GetRequiredService<IAmazonSecurityTokenService>().Config;

        Assert.Equal(("eu-west-3", RequestRetryMode.Adaptive, 7, TimeSpan.FromMilliseconds(4321)), (ours.RegionEndpoint.SystemName, ours.RetryMode, ours.MaxErrorRetry, ours.Timeout));
        Assert.Equal((theirs.RegionEndpoint, theirs.RetryMode, theirs.MaxErrorRetry, theirs.Timeout), (ours.RegionEndpoint, ours.RetryMode, ours.MaxErrorRetry, ours.Timeout));
    }

    [Fact]
    public void A_shared_endpoint_is_the_clients_too_and_is_signed_for_the_identitys_region()
    {
        var shared = new AWSOptions();
        shared.DefaultClientConfig.ServiceURL = "http://localhost:9000/";
        _services.AddDefaultAWSOptions(shared);
        _services.AddIrsaAws().AddClient<IAmazonS3>();
        using var provider = Build();

        var config = provider.GetRequiredService<IAmazonS3>().Config;

        Assert.Equal(("http://localhost:9000/", "eu-central-1"), (config.ServiceURL, config.AuthenticationRegion));
    }

    [Fact]
    public void Configuration_of_a_client_comes_last_and_has_the_services_own_type()
    {
        _services.AddSingleton<IConfiguration>(Configuration(("AWS:Region", "eu-west-3")));
        _services.AddIrsaAws().AddClient<IAmazonS3, AmazonS3Config>(static (provider, config) =>
        {
            Assert.NotNull(provider.GetRequiredService<IConfiguration>());
            config.ForcePathStyle = true;
            config.RegionEndpoint = RegionEndpoint.APSouth1;
        });
        using var provider = Build();

        var config = (AmazonS3Config)provider.GetRequiredService<IAmazonS3>().Config;

        Assert.Equal((true, "ap-south-1"), (config.ForcePathStyle, config.RegionEndpoint.SystemName));
    }

    [Fact]
    public void The_configuration_of_another_service_is_refused_when_it_is_registered()
    {
        var thrown = Assert.Throws<InvalidOperationException>(() => _services.AddIrsaAws().AddClient<IAmazonS3, AmazonSecurityTokenServiceConfig>(static _ => { }));

        Assert.All(["IAmazonS3", "AmazonS3Config", "AmazonSecurityTokenServiceConfig"], name => Assert.Contains(name, thrown.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_way_of_setting_options_counts_in_the_order_of_the_options_of_NET()
    {
        _services.AddIrsaAws(static options => (options.MaxAttempts, options.RoleSessionName) = (2, "code"));
        _services.AddSingleton<IConfigureOptions<IrsaOptions>>(new Plain());
        _services.PostConfigure<IrsaOptions>(static options => options.MaxAttempts++);
        _services.AddIrsaAws("other", static options => options.RoleArn = TestSettings.Role);
        using var provider = Build();

        var settings = provider.GetRequiredService<WebIdentityTokenCredentials>().Settings;
        var other = provider.GetRequiredKeyedService<WebIdentityTokenCredentials>("other").Settings;

        Assert.Equal((3, "plain"), (settings.MaxAttempts, settings.RoleSessionName));
        Assert.Equal((4, null), (other.MaxAttempts, other.RoleSessionName));
    }

    [Fact]
    public void Options_that_an_application_asks_the_container_for_are_those_of_the_section()
    {
        _services.AddIrsaAws(Configuration(("Irsa:MaxAttempts", "2")).GetSection("Irsa"));
        using var provider = Build();

        Assert.Equal(2, provider.GetRequiredService<IOptions<IrsaOptions>>().Value.MaxAttempts);
    }

    [Fact]
    public void A_section_that_cannot_be_read_fails_whoever_asks_for_the_options()
    {
        _services.AddIrsaAws(Configuration(("Irsa:MaxAttemps", "2")).GetSection("Irsa"));
        using var provider = Build();

        var thrown = Assert.Throws<IrsaException>(() => provider.GetRequiredService<IOptions<IrsaOptions>>().Value);

        Assert.Equal(IrsaErrorCode.OptionInvalid, thrown.Code);
        Assert.Contains("MaxAttemps", thrown.Message, StringComparison.Ordinal);
    }

    private static IConfigurationRoot Configuration(params (string Key, string Value)[] entries) =>
        new ConfigurationBuilder().AddInMemoryCollection(entries.Select(static entry => KeyValuePair.Create(entry.Key, (string?)entry.Value))).Build();

    private ServiceProvider Build() => _services.BuildServiceProvider();

    private sealed class Plain : IConfigureOptions<IrsaOptions>
    {
        public void Configure(IrsaOptions options) => options.RoleSessionName = "plain";
    }
}
