using System.Net;
using Amazon.SecurityToken;
using Irsa.Credentials.AwsSdk;

namespace Irsa.Credentials.Tests.AwsSdk;

public sealed class StsEndpointInfoTests
{
    [Theory]
    [InlineData(null, null)]
    [InlineData("alice:secret@proxy.example", "proxy.example:3128")]
    public void The_proxy_is_named_by_host_and_port(string? host, string? named) => Assert.Equal(named, Route(sts =>
    {
        sts.ProxyHost = host;
        sts.ProxyPort = 3128;
    }).Route.Proxy);

    [Fact]
    public void A_host_that_the_proxy_is_bypassed_for_is_asked_itself()
    {
        var route = Route(static sts => sts.SetWebProxy(new WebProxy("http://proxy.example:3128", BypassOnLocal: false, [@"sts\.eu-central-1\.amazonaws\.com"])));

        Assert.Equal((null, "sts.eu-central-1.amazonaws.com"), (route.Proxy, route.Host.Host));
    }

    private static StsEndpointInfo Route(Action<AmazonSecurityTokenServiceConfig> configure)
    {
        var settings = TestSettings.Create() with { ConfigureSts = configure };
        using var transport = new StsHttpClientFactory();
        using var clients = new StsClientFactory(settings, transport);
        return StsEndpointInfo.Of(clients, settings.RoleArn);
    }
}
