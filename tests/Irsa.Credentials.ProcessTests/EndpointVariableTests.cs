using Amazon.Extensions.NETCore.Setup;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.SecurityToken;
using Irsa.Credentials.Configuration;
using Irsa.Credentials.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Irsa.Credentials.ProcessTests;

/// <summary>The variables that name a service's endpoint, as templates and typing mistakes leave them, and a client of <c>AddClient</c>.</summary>
[Collection(nameof(Sequence))]
public sealed class EndpointVariableTests : IAsyncLifetime
{
    private const string Own = "AWS_ENDPOINT_URL_S3";
    private const string OfSts = "AWS_ENDPOINT_URL_STS";
    private const string ForAll = "AWS_ENDPOINT_URL";

    private LocalAws _aws = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _aws = await LocalAws.StartAsync(cancellationToken: Cancel);

    public ValueTask DisposeAsync()
    {
        Environment.SetEnvironmentVariable(Own, null);
        Environment.SetEnvironmentVariable(ForAll, null);
        Environment.SetEnvironmentVariable(OfSts, null);
        File.WriteAllText(DeveloperProfileTests.Config, string.Empty);
        return _aws.DisposeAsync();
    }

    [Theory]
    [InlineData("", null, null)]
    [InlineData(" ", null, null)]
    [InlineData(null, "", null)]
    [InlineData(null, " ", null)]
    [InlineData("", "http://127.0.0.1:7/", "http://127.0.0.1:7/")]
    [InlineData("http://127.0.0.1:8/", "", "http://127.0.0.1:8/")]
    [InlineData("http://127.0.0.1:8/", "http://127.0.0.1:7/", "http://127.0.0.1:8/")]
    public void An_empty_variable_is_none(string? own, string? forAll, string? endpoint)
    {
        Environment.SetEnvironmentVariable(Own, own);
        Environment.SetEnvironmentVariable(ForAll, forAll);

        using var container = Container(static _ => { });
        var config = container.GetRequiredService<IAmazonS3>().Config;

        Assert.Equal(endpoint, config.ServiceURL);
        Assert.Equal(_aws.Region, endpoint is null ? config.RegionEndpoint.SystemName : config.AuthenticationRegion);
    }

    [Theory]
    [InlineData("minio", null, Own)]
    [InlineData("minio:9000", null, Own)]
    [InlineData("localhost:9000", null, Own)]
    [InlineData("/path", null, Own)]
    [InlineData("ftp://minio", null, Own)]
    [InlineData(null, "minio:9000", ForAll)]
    [InlineData("", "minio", ForAll)]
    [InlineData(" ", "minio:9000", ForAll)]
    public void What_is_no_address_is_an_error_that_names_the_variable(string? own, string? forAll, string named)
    {
        Environment.SetEnvironmentVariable(Own, own);
        Environment.SetEnvironmentVariable(ForAll, forAll);
        using var container = Container(static _ => { });

        var error = Assert.Throws<IrsaException>(container.GetRequiredService<IAmazonS3>);

        Assert.Equal("IRSA112", error.Id);
        Assert.Contains($"{named} names an endpoint for S3 that is not an absolute http or https URL", error.Message, StringComparison.Ordinal);
    }

    /// <summary>What the application's code says comes last.</summary>
    [Theory]
    [InlineData("nonsense", null)]
    [InlineData("", null)]
    [InlineData("", "nonsense")]
    [InlineData(" ", "nonsense")]
    public async Task An_endpoint_in_code_makes_the_variables_irrelevant(string own, string? forAll)
    {
        Environment.SetEnvironmentVariable(Own, own);
        Environment.SetEnvironmentVariable(ForAll, forAll);
        await using var container = Container(_aws.Configure);

        await container.GetRequiredService<IAmazonS3>().ListBucketsAsync(Cancel);
    }

    /// <summary>Where a variable is absent the file decides, and the SDK's own client says what is in it.</summary>
    [Theory]
    [InlineData("[default]\nendpoint_url = http://127.0.0.1:6/\n", "http://127.0.0.1:6/", "http://127.0.0.1:6/")]
    [InlineData("[default]\nservices = ours\n[services ours]\ns3 =\n  endpoint_url = http://127.0.0.1:5/\nsts =\n  endpoint_url = http://127.0.0.1:4/\n", "http://127.0.0.1:5/", "http://127.0.0.1:4/")]
    [InlineData("[default]\nservices = ours\nendpoint_url = http://127.0.0.1:6/\n[services ours]\ns3 =\n  endpoint_url = http://127.0.0.1:5/\n", "http://127.0.0.1:5/", null)]
    [InlineData("[default]\nservices = missing\nendpoint_url = http://127.0.0.1:6/\n", null, null)]
    [InlineData("[default]\nregion = eu-central-1\n", null, null)]
    public void An_empty_variable_leaves_the_decision_to_the_file(string text, string? ofS3, string? ofSts)
    {
        File.WriteAllText(DeveloperProfileTests.Config, text);
        Assert.Equal(ofS3, new AmazonS3Config().ServiceURL);
        Assert.Equal(ofSts, new AmazonSecurityTokenServiceConfig().ServiceURL);

        foreach (var (own, forAll) in new[] { (string.Empty, null), (" ", null), (null, string.Empty), (string.Empty, " ") })
        {
            Environment.SetEnvironmentVariable(Own, own);
            Environment.SetEnvironmentVariable(OfSts, own);
            Environment.SetEnvironmentVariable(ForAll, forAll);
            using var container = Container(static _ => { });

            Assert.Equal(ofS3, container.GetRequiredService<IAmazonS3>().Config.ServiceURL);
            Assert.Equal(ofSts, new SdkConfiguration(InjectedEnvironment.Process).StsEndpoint()?.Address);
        }
    }

    /// <summary>Which of several lines counts is the SDK's choice of profile and section.</summary>
    [Theory]
    [InlineData("[default]\nendpoint_url = minio:9000\n", "(line 2 of ")]
    [InlineData("[profile other]\nendpoint_url = https://fine.example\n[default]\nendpoint_url = minio:9000\n", "(in ")]
    public void A_line_of_the_file_is_named_where_it_is_the_only_one(string text, string place)
    {
        File.WriteAllText(DeveloperProfileTests.Config, text);
        using var container = Container(static _ => { });

        var error = Assert.Throws<IrsaException>(container.GetRequiredService<IAmazonS3>);

        Assert.Contains($"endpoint_url of the profile \"default\" {place}\"{DeveloperProfileTests.Config}\") names", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_endpoint_in_code_that_is_no_address_is_an_error_that_blames_no_variable()
    {
        Environment.SetEnvironmentVariable(Own, "http://127.0.0.1:8/");
        using var container = Container(static config => config.ServiceURL = "minio:9000");

        var error = Assert.Throws<IrsaException>(container.GetRequiredService<IAmazonS3>);

        Assert.Contains("ServiceURL in the application's configuration or code names an endpoint for S3", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("", "http://127.0.0.1:7/")]
    public void Code_that_turns_configured_endpoints_off_is_obeyed(string own, string? forAll)
    {
        Environment.SetEnvironmentVariable(Own, own);
        Environment.SetEnvironmentVariable(ForAll, forAll);
        using var container = Container(static config => config.IgnoreConfiguredEndpointUrls = true);

        Assert.Null(container.GetRequiredService<IAmazonS3>().Config.ServiceURL);
    }

    /// <summary>As the SDK takes an empty one. In a container's env the setting is <c>AWS__ServiceURL</c>, which templates leave empty too.</summary>
    [Theory]
    [InlineData(null, null, null)]
    [InlineData("", null, null)]
    [InlineData("", "http://127.0.0.1:7/", "http://127.0.0.1:7/")]
    [InlineData("http://127.0.0.1:8/", "", "http://127.0.0.1:8/")]
    public void An_empty_endpoint_in_options_or_code_is_none(string? own, string? forAll, string? endpoint)
    {
        Environment.SetEnvironmentVariable(Own, own);
        Environment.SetEnvironmentVariable(ForAll, forAll);
        using var ofOptions = Container(static _ => { }, new AWSOptions { DefaultClientConfig = { ServiceURL = string.Empty } });
        using var ofCode = Container(static config => config.ServiceURL = string.Empty);

        foreach (var config in new[] { ofOptions, ofCode }.Select(static container => container.GetRequiredService<IAmazonS3>().Config))
        {
            Assert.Equal(endpoint, config.ServiceURL);
            Assert.Equal(_aws.Region, endpoint is null ? config.RegionEndpoint.SystemName : config.AuthenticationRegion);
        }
    }

    /// <summary>The SDK then looks for no endpoint.</summary>
    [Fact]
    public void A_client_without_the_name_of_its_service_is_made()
    {
        Environment.SetEnvironmentVariable(Own, string.Empty);
        using var container = Container(static config => config.ServiceId = null);

        Assert.Null(container.GetRequiredService<IAmazonS3>().Config.ServiceURL);
    }

    private ServiceProvider Container(Action<ClientConfig> configure, AWSOptions? options = null)
    {
        var services = new ServiceCollection();
        if (options is not null)
        {
            services.AddDefaultAWSOptions(options);
        }

        services.AddIrsaAws(_aws.Configure).AddClient<IAmazonS3, ClientConfig>(configure);
        return services.BuildServiceProvider();
    }
}
