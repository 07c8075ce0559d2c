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
        var connection = new StsClientFactory(TestSettings.Create() with { ConfigureSts = _ => runs++ }, _transport);

        connection.Open(new AnonymousAWSCredentials()).Dispose();
        connection.Open(new AnonymousAWSCredentials()).Dispose();

        Assert.Equal(1, runs);
    }

    [Fact]
    public void The_applications_change_runs_again_where_it_threw()
    {
        var runs = 0;
        var connection = new StsClientFactory(TestSettings.Create() with { ConfigureSts = _ => throw new InvalidOperationException($"run {++runs}") }, _transport);

        Assert.Throws<InvalidOperationException>(() => connection.Open(new AnonymousAWSCredentials()));

        Assert.Equal("run 2", Assert.Throws<InvalidOperationException>(() => connection.Open(new AnonymousAWSCredentials())).Message);
    }

    [Fact]
    public void Retries_stay_with_this_library()
    {
        var connection = new StsClientFactory(TestSettings.Create() with { ConfigureSts = static sts => sts.MaxErrorRetry = sts.MaxStaleConnectionRetries = 7 }, _transport);

        using var client = connection.Open(new AnonymousAWSCredentials());

        Assert.Equal((0, 0), (client.Config.MaxErrorRetry, client.Config.MaxStaleConnectionRetries));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("proxy.example")]
    public void All_calls_share_one_HTTP_client_through_a_proxy_too(string? proxy)
    {
        var connection = new StsClientFactory(TestSettings.Create() with { ConfigureSts = sts => (sts.ProxyHost, sts.ProxyPort) = (proxy, 3128) }, _transport);

        using var one = connection.Open(new AnonymousAWSCredentials());
        using var other = connection.Open(new AnonymousAWSCredentials());

        Assert.Same(_transport.CreateHttpClient(one.Config), _transport.CreateHttpClient(one.Config));
        Assert.Same(_transport.CreateHttpClient(one.Config), _transport.CreateHttpClient(other.Config));
    }

    [Fact]
    public void Two_roles_share_connections_but_neither_takes_the_others_proxy()
    {
        var proxies = new[] { "one.example", "other.example", null, null };

        var clients = proxies.Select(proxy => new StsClientFactory(TestSettings.Create() with { ConfigureSts = sts => (sts.ProxyHost, sts.ProxyPort) = (proxy, 3128) }, _transport))
            .Select(connection => _transport.CreateHttpClient(connection.Open(new AnonymousAWSCredentials()).Config))
            .ToList();

        Assert.Equal(3, clients.Distinct().Count());
        Assert.Same(clients[2], clients[3]);
    }
}
