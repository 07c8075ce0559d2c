using Amazon.Runtime;
using Amazon.SecurityToken;
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
    public async Task The_applications_change_runs_once_where_two_roles_begin_together()
    {
        var runs = 0;
        using var second = new ManualResetEventSlim();
        using var clients = new StsClientFactory(TestSettings.Create() with { ConfigureSts = _ => ConfigureOnce() }, _transport);

        var one = Task.Run(() => clients.Anonymous, TestContext.Current.CancellationToken);
        var other = Task.Run(
            () =>
            {
                SpinWait.SpinUntil(() => Volatile.Read(ref runs) > 0, TimeSpan.FromSeconds(20));
                second.Set();
                return clients.Anonymous;
            },
            TestContext.Current.CancellationToken);

        Assert.Same(await one, await other);
        Assert.Equal(1, runs);

        // The first run lasts until the second role is about to begin another.
        void ConfigureOnce()
        {
            Interlocked.Increment(ref runs);
            second.Wait(TestContext.Current.CancellationToken);
            Thread.Yield();
        }
    }

    /// <summary>What the application's code chooses is where the token goes, so errors and logs must name that.</summary>
    [Theory]
    [InlineData(null, null, null, "STS in eu-central-1")]
    [InlineData(null, "http://127.0.0.1:1/", null, "http://127.0.0.1:1/ (from ConfigureSts)")]
    [InlineData(null, null, "eu-west-3", "STS in eu-west-3 (from ConfigureSts)")]
    [InlineData("https://sts.example/", null, null, "https://sts.example/")]
    [InlineData("https://sts.example/", "https://sts.example/", null, "https://sts.example/")]
    [InlineData("https://sts.example/", "https://other.example/", null, "https://other.example/ (from ConfigureSts)")]
    public void The_endpoint_is_named_as_the_application_has_chosen_it(string? option, string? url, string? region, string name)
    {
        using var clients = new StsClientFactory(
            TestSettings.Create() with
            {
                StsEndpoint = option is null ? null : new Uri(option),
                ConfigureSts = config =>
                {
                    config.UseDualstackEndpoint = option is null && url is null;
                    if (region is not null)
                    {
                        config.RegionEndpoint = Amazon.RegionEndpoint.GetBySystemName(region);
                    }

                    if (url is not null)
                    {
                        config.ServiceURL = url;
                    }
                },
            },
            _transport);

        _ = clients.Anonymous;

        Assert.Equal(name, clients.EndpointName);
    }

    [Fact]
    public void The_applications_own_HTTP_client_keeps_its_caching_and_shares_nothing_with_clients_of_other_services()
    {
        using var own = new OwnFactory();
        using var clients = new StsClientFactory(TestSettings.Create() with { ConfigureSts = sts => sts.HttpClientFactory = own }, _transport);

        var config = clients.Anonymous.Config;

        var factory = config.HttpClientFactory;
        Assert.Equal((true, false), (factory.UseSDKHttpClientCaching(config), factory.DisposeHttpClientsAfterUse(config)));
        Assert.NotEqual("own", factory.GetConfigUniqueString(config));
        Assert.Contains("own", factory.GetConfigUniqueString(config), StringComparison.Ordinal);
        Assert.NotSame(own.Client, factory.CreateHttpClient(config));
    }

    [Fact]
    public void An_application_that_names_no_HTTP_client_gets_the_librarys()
    {
        using var clients = new StsClientFactory(TestSettings.Create() with { ConfigureSts = static sts => sts.HttpClientFactory = null }, _transport);

        Assert.Same(_transport, clients.Anonymous.Config.HttpClientFactory);
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
    public void The_SDK_never_retries()
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

    /// <summary>The limits are the exchange's, by its clock: one of the HTTP client's own would end a longer <see cref="IrsaOptions.AttemptTimeout"/>.</summary>
    [Theory]
    [InlineData(null, false)]
    [InlineData("proxy.example", false)]
    [InlineData(null, true)]
    public void No_HTTP_client_for_STS_has_a_time_limit_of_its_own(string? proxy, bool isOwn)
    {
        using var own = new OwnFactory();
        using var clients = new StsClientFactory(
            TestSettings.Create() with { ConfigureSts = sts => (sts.ProxyHost, sts.ProxyPort, sts.HttpClientFactory) = (proxy, 3128, isOwn ? own : null) }, _transport);
        var config = clients.Anonymous.Config;

        Assert.Equal(Timeout.InfiniteTimeSpan, config.HttpClientFactory.CreateHttpClient(config).Timeout);
    }

    [Fact]
    public void A_connection_over_which_a_token_goes_follows_no_redirect_and_is_not_drained()
    {
        using var handler = StsHttpClientFactory.Restrict(new SocketsHttpHandler());

        Assert.Equal((false, TimeSpan.Zero, 0), (handler.AllowAutoRedirect, handler.ResponseDrainTimeout, handler.MaxResponseDrainSize));
        Assert.Equal((TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(5)), (handler.PooledConnectionIdleTimeout, handler.PooledConnectionLifetime));
    }

    [Fact]
    public void Two_roles_share_clients_but_neither_takes_the_others_proxy()
    {
        var proxies = new[] { "one.example", "other.example", null, null };

        var httpClients = proxies.Select(proxy => new StsClientFactory(TestSettings.Create() with { ConfigureSts = sts => (sts.ProxyHost, sts.ProxyPort) = (proxy, 3128) }, _transport))
            .Select(clients => _transport.CreateHttpClient(clients.Create(new AnonymousAWSCredentials()).Config))
            .ToList();

        Assert.Equal(3, httpClients.Distinct().Count());
        Assert.Same(httpClients[2], httpClients[3]);
    }

    [Fact]
    public void Roles_of_a_container_share_one_client_where_they_configure_STS_alike()
    {
        Action<AmazonSecurityTokenServiceConfig> configure = static _ => { };
        var settings = TestSettings.Create();

        var clients = _transport.ClientsFor(settings).Anonymous;

        Assert.Same(clients, _transport.ClientsFor(settings with { RoleArn = TestSettings.Role + "2", TokenFile = "/other" }).Anonymous);
        Assert.NotSame(clients, _transport.ClientsFor(settings with { Region = "eu-west-1" }).Anonymous);
        Assert.NotSame(clients, _transport.ClientsFor(settings with { StsEndpoint = new Uri("http://127.0.0.1:1/") }).Anonymous);
        Assert.NotSame(clients, _transport.ClientsFor(settings with { ConfigureSts = configure }).Anonymous);
        Assert.NotSame(clients, _transport.ClientsFor(settings with { IgnoresEndpointVariables = true }).Anonymous);
        Assert.Same(_transport.ClientsFor(settings with { ConfigureSts = configure }), _transport.ClientsFor(settings with { ConfigureSts = configure }));
    }

    [Fact]
    public void Providers_without_a_container_share_connections_and_no_client()
    {
        using var one = StsHttpClientFactory.ForProcess.ClientsFor(TestSettings.Create());
        using var other = StsHttpClientFactory.ForProcess.ClientsFor(TestSettings.Create());

        Assert.NotSame(one.Anonymous, other.Anonymous);
        Assert.Same(StsHttpClientFactory.ForProcess.CreateHttpClient(one.Anonymous.Config), StsHttpClientFactory.ForProcess.CreateHttpClient(other.Anonymous.Config));
        Assert.False(StsHttpClientFactory.ForProcess.OwnsClients);
    }

    [Theory]
    [InlineData("http://sts.example/")]
    [InlineData(null)]
    public void No_client_calls_another_machine_without_encryption_unless_the_application_allows_it(string? endpoint)
    {
        var settings = TestSettings.Create() with { ConfigureSts = Configure };
        using var refused = new StsClientFactory(settings, _transport);
        using var allowed = new StsClientFactory(settings with { AllowUnencryptedSts = true }, _transport);

        // Each time: a refused client must not leave the way open for the next one.
        Assert.Equal(IrsaErrorCode.UnencryptedSts, Assert.Throws<IrsaException>(() => refused.Anonymous).Code);
        Assert.Equal(IrsaErrorCode.UnencryptedSts, Assert.Throws<IrsaException>(() => refused.Create(new AnonymousAWSCredentials())).Code);
        Assert.NotNull(allowed.Anonymous);
        Assert.NotSame(_transport.ClientsFor(settings), _transport.ClientsFor(settings with { AllowUnencryptedSts = true }));

        void Configure(AmazonSecurityTokenServiceConfig sts)
        {
            sts.UseHttp = endpoint is null;
            if (endpoint is not null)
            {
                sts.ServiceURL = endpoint;
            }
        }
    }

    [Theory]
    [InlineData("http://sts.example", true)]
    [InlineData("https://sts.example", false)]
    public void An_unencrypted_endpoint_of_the_SDKs_configuration_file_is_refused_too(string endpoint, bool isRefused)
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, $"[ours]\naws_access_key_id = AKIA0000000000000000\naws_secret_access_key = none\nendpoint_url = {endpoint}\n");
        using var clients = new StsClientFactory(TestSettings.Create() with { ConfigureSts = sts => sts.Profile = new Amazon.Profile("ours", file) }, _transport);

        var thrown = Record.Exception(() => clients.Anonymous);

        Assert.Equal(isRefused ? IrsaErrorCode.UnencryptedSts : null, (thrown as IrsaException)?.Code);
        Assert.Equal(isRefused ? typeof(IrsaException) : null, thrown?.GetType());
        File.Delete(file);
    }

    [Fact]
    public void No_client_writes_to_the_SDKs_log_whatever_the_application_configures()
    {
        using var clients = new StsClientFactory(TestSettings.Create() with { ConfigureSts = static sts => (sts.DisableLogging, sts.LogResponse, sts.LogMetrics) = (false, true, true) }, _transport);

        var config = clients.Anonymous.Config;

        Assert.Equal((true, false, false), (config.DisableLogging, config.LogResponse, config.LogMetrics));
    }

    private sealed class OwnFactory : HttpClientFactory, IDisposable
    {
        public HttpClient Client { get; } = new();

        public override HttpClient CreateHttpClient(IClientConfig clientConfig) => Client;

        public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => true;

        public override string GetConfigUniqueString(IClientConfig clientConfig) => "own";

        public void Dispose() => Client.Dispose();
    }
}
