using Amazon.Runtime;
using Irsa.Credentials.AwsSdk;

namespace Irsa.Credentials.Tests.AwsSdk;

public sealed class StsClientFactoryTests : IDisposable
{
    private readonly StsHttpClientFactory _transport = new();

    public void Dispose() => _transport.Dispose();

    [Fact]
    public void The_applications_change_runs_once_for_all_clients()
    {
        var runs = 0;
        var clients = new StsClientFactory(TestSettings.Create() with { ConfigureSts = _ => runs++ }, _transport);

        clients.Create(new AnonymousAWSCredentials()).Dispose();
        clients.Create(new AnonymousAWSCredentials()).Dispose();

        Assert.Equal(1, runs);
    }

    [Fact]
    public void The_applications_change_runs_again_where_it_threw()
    {
        var runs = 0;
        var clients = new StsClientFactory(TestSettings.Create() with { ConfigureSts = _ => throw new InvalidOperationException($"run {++runs}") }, _transport);

        Assert.Throws<InvalidOperationException>(() => clients.Create(new AnonymousAWSCredentials()));

        Assert.Equal("run 2", Assert.Throws<InvalidOperationException>(() => clients.Create(new AnonymousAWSCredentials())).Message);
    }

    [Fact]
    public void Retries_stay_with_this_library()
    {
        var clients = new StsClientFactory(TestSettings.Create() with { ConfigureSts = static sts => sts.MaxErrorRetry = sts.MaxStaleConnectionRetries = 7 }, _transport);

        using var client = clients.Create(new AnonymousAWSCredentials());

        Assert.Equal((0, 0), (client.Config.MaxErrorRetry, client.Config.MaxStaleConnectionRetries));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("proxy.example")]
    public void All_calls_share_one_HTTP_client_through_a_proxy_too(string? proxy)
    {
        var clients = new StsClientFactory(TestSettings.Create() with { ConfigureSts = sts => (sts.ProxyHost, sts.ProxyPort) = (proxy, 3128) }, _transport);

        using var one = clients.Create(new AnonymousAWSCredentials());
        using var other = clients.Create(new AnonymousAWSCredentials());

        Assert.Same(_transport.CreateHttpClient(one.Config), _transport.CreateHttpClient(one.Config));
        Assert.Same(_transport.CreateHttpClient(one.Config), _transport.CreateHttpClient(other.Config));
    }

    [Fact]
    public void Two_roles_share_clientss_but_neither_takes_the_others_proxy()
    {
        var proxies = new[] { "one.example", "other.example", null, null };

        var httpClients = proxies.Select(proxy => new StsClientFactory(TestSettings.Create() with { ConfigureSts = sts => (sts.ProxyHost, sts.ProxyPort) = (proxy, 3128) }, _transport))
            .Select(clients => _transport.CreateHttpClient(clients.Create(new AnonymousAWSCredentials()).Config))
            .ToList();

        Assert.Equal(3, httpClients.Distinct().Count());
        Assert.Same(httpClients[2], httpClients[3]);
    }
}
