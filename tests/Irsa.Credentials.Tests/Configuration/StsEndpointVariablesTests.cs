using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;
using Irsa.Credentials.AwsSdk;
using Irsa.Credentials.Configuration;

namespace Irsa.Credentials.Tests.Configuration;

/// <summary>The variables are the process's own, because the SDK reads no others; so nothing else runs meanwhile.</summary>
[Collection(nameof(StsEndpointVariablesTests))]
[CollectionDefinition(nameof(StsEndpointVariablesTests), DisableParallelization = true)]
public sealed class StsEndpointVariablesTests : IDisposable
{
    private const string Ignore = "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS";
    private const string OfSts = "AWS_ENDPOINT_URL_STS";
    private const string OfAll = "AWS_ENDPOINT_URL";
    private const string Regional = "https://sts.eu-central-1.amazonaws.com";

    public void Dispose() => Set(null, null, null);

    [Theory]
    [InlineData("https://sts.example", "https://all.example", null, "https://sts.example")]
    [InlineData(null, "https://all.example", null, "https://all.example")]
    [InlineData("https://sts.example", null, "true", Regional)]
    [InlineData(null, "https://all.example", "TRUE", Regional)]
    [InlineData("https://sts.example", null, "false", "https://sts.example")]
    [InlineData(null, null, null, Regional)]
    public void The_endpoint_that_is_named_is_the_one_that_the_SDK_calls(string? ofSts, string? ofAll, string? ignore, string expected)
    {
        Set(ofSts, ofAll, ignore);
        using var client = new AmazonSecurityTokenServiceClient(
            new AnonymousAWSCredentials(), new AmazonSecurityTokenServiceConfig { RegionEndpoint = Amazon.RegionEndpoint.EUCentral1 });

        Assert.Equal(expected, InjectedEnvironment.Process.StsEndpoint?.Address ?? Regional);
        Assert.Equal(expected, client.DetermineServiceOperationEndpoint(new AssumeRoleWithWebIdentityRequest()).URL.TrimEnd('/'));
    }

    /// <summary>As a template without its value leaves it. The SDK's own clients take it for an address and fail.</summary>
    [Theory]
    [InlineData("", null)]
    [InlineData(null, " ")]
    [InlineData(" ", "")]
    public void A_blank_variable_names_no_endpoint(string? ofSts, string? ofAll)
    {
        Set(ofSts, ofAll, null);
        var options = new IrsaOptions { RoleArn = TestSettings.Role, WebIdentityTokenFile = "/token", Region = "eu-central-1" };
        using var transport = new StsHttpClientFactory();
        using var clients = new StsClientFactory(SettingsReader.Read(options, InjectedEnvironment.Process).Require(), transport);

        Assert.Equal(new Uri(Regional), StsEndpointInfo.HostOf(clients.Anonymous, TestSettings.Role));
    }

    private static void Set(string? ofSts, string? ofAll, string? ignore)
    {
        Environment.SetEnvironmentVariable(OfSts, ofSts);
        Environment.SetEnvironmentVariable(OfAll, ofAll);
        Environment.SetEnvironmentVariable(Ignore, ignore);

        // The SDK remembers this one.
        FallbackInternalConfigurationFactory.Reset();
    }
}
