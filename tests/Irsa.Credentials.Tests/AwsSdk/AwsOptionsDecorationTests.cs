using Amazon;
using Amazon.Extensions.NETCore.Setup;
using Amazon.Runtime;
using Irsa.Credentials.AwsSdk;
using Microsoft.Extensions.DependencyInjection;

namespace Irsa.Credentials.Tests.AwsSdk;

public sealed class AwsOptionsDecorationTests
{
    private static readonly AnonymousAWSCredentials LibraryCredentials = new();

    private readonly ServiceCollection _services = new();

    [Fact]
    public void Options_are_completed_in_a_copy_that_has_all_of_the_original()
    {
        var theirs = new AWSOptions { SessionName = "name", ExternalId = "external", DefaultConfigurationMode = DefaultConfigurationMode.InRegion };
        theirs.DefaultClientConfig.MaxErrorRetry = 7;
        theirs.DefaultClientConfig.ServiceSpecificSettings["ForcePathStyle"] = "true";
        _services.AddDefaultAWSOptions(theirs);

        var completed = Decorated();

        Assert.Null(theirs.Credentials);
        Assert.Null(theirs.Region);
        Assert.Same(LibraryCredentials, completed.Credentials);
        Assert.Equal("eu-central-1", completed.Region.SystemName);
        foreach (var property in typeof(AWSOptions).GetProperties().Where(static property => property.Name is not (nameof(AWSOptions.Credentials) or nameof(AWSOptions.Region))))
        {
            Assert.Equal(property.GetValue(theirs), property.GetValue(completed));
        }
    }

    [Fact]
    public void A_registered_type_of_the_application_keeps_its_type_region_and_dependencies()
    {
        _services.AddSingleton(RegionEndpoint.EUWest3);
        _services.AddSingleton<AWSOptions, RegionalOptions>();

        var completed = Decorated();

        Assert.IsType<RegionalOptions>(completed);
        Assert.Same(LibraryCredentials, completed.Credentials);
        Assert.Equal(RegionEndpoint.EUWest3, completed.Region);
    }

    [Fact]
    public void A_registered_type_of_the_application_keeps_its_credentials()
    {
        _services.AddSingleton<AWSOptions, OwnCredentials>();

        Assert.Equal("AKIAOWN", Assert.IsType<OwnCredentials>(Decorated()).Credentials.GetCredentials().AccessKey);
    }

    private AWSOptions Decorated()
    {
        AwsOptionsDecoration.Apply(_services, static _ => LibraryCredentials, static _ => "eu-central-1");
        using var provider = _services.BuildServiceProvider();
        return provider.GetRequiredService<AWSOptions>();
    }

    private sealed class RegionalOptions : AWSOptions
    {
        public RegionalOptions(RegionEndpoint region) => Region = region;
    }

    private sealed class OwnCredentials : AWSOptions
    {
        public OwnCredentials() => Credentials = new BasicAWSCredentials("AKIAOWN", "secret");
    }
}
