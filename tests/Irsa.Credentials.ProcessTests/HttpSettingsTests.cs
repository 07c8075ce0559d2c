using System.Net;
using Amazon;
using Amazon.Runtime;
using Amazon.SecurityToken;
using Irsa.Credentials.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Irsa.Credentials.ProcessTests;

/// <summary>
/// Each setting that the SDK's own client honours, and each way to a client: the request takes the same way as the SDK's own client. The
/// server behind and the proxy both answer as STS does, so which one is asked shows the way.
/// </summary>
[Collection(nameof(Sequence))]
public sealed class HttpSettingsTests : IAsyncLifetime
{
    private const string Password = "s3cret-of-the-proxy";

    private readonly HttpClientFactory? _factoryBefore = AWSConfigs.HttpClientFactory;
    private readonly IWebProxy _proxyBefore = HttpClient.DefaultProxy;
    private readonly List<string> _requests = [];
    private StubServer _server = null!;
    private StubServer _proxy = null!;
    private LocalAws _aws = null!;
    private bool _asksForPassword;
    private bool _isEnded;

    public enum Setting
    {
        Nothing = 0,
        FactoryOfProcess = 1,
        FactoryOfClient = 2,
        WebProxyWithPassword = 3,
        OwnWebProxy = 4,
        ProxyHostWithPassword = 5,
        BypassList = 6,
        DefaultProxy = 7,
    }

    public enum Maker
    {
        Sdk = 0,
        Exchange = 1,
        AddClient = 2,
        AddAwsService = 3,
    }

    public static TheoryData<Setting, Maker> All => new MatrixTheoryData<Setting, Maker>(Enum.GetValues<Setting>(), Enum.GetValues<Maker>());

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private Uri Server { get; set; } = null!;

    private Uri Proxy { get; set; } = null!;

    public async ValueTask InitializeAsync()
    {
        _aws = await LocalAws.StartAsync(cancellationToken: Cancel);
        _server = StubServer.Answering(request => Answer("server", request));
        _proxy = StubServer.Answering(request => _asksForPassword && !request.Contains("Proxy-Authorization: Basic ", StringComparison.OrdinalIgnoreCase)
            ? "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"test\"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            : Answer("proxy", request));
        (Server, Proxy) = (new Uri($"http://127.0.0.1:{_server.Port}/"), new Uri($"http://127.0.0.1:{_proxy.Port}/"));
    }

    public async ValueTask DisposeAsync()
    {
        (AWSConfigs.HttpClientFactory, HttpClient.DefaultProxy) = (_factoryBefore, _proxyBefore);
        await EndServersAsync();
        await _aws.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_request_takes_the_way_of_the_SDKs_own_client(Setting setting, Maker maker)
    {
        SetProcess(setting);

        await CallAsync(maker, config => Set(setting, config));

        var expected = setting switch
        {
            Setting.Nothing or Setting.BypassList => "server",
            Setting.FactoryOfProcess or Setting.FactoryOfClient => "factory",
            _ => "proxy",
        };
        Assert.Equal(expected, _requests[^1]);
    }

    [Theory]
    [InlineData(Setting.Nothing, "without a proxy")]
    [InlineData(Setting.BypassList, "without a proxy")]
    [InlineData(Setting.WebProxyWithPassword, "through the proxy 127.0.0.1:{port} of the SDK's configuration")]
    [InlineData(Setting.ProxyHostWithPassword, "through the proxy 127.0.0.1:{port} of the SDK's configuration")]
    [InlineData(Setting.OwnWebProxy, "through the proxy 127.0.0.1:{port} of the SDK's configuration")]
    [InlineData(Setting.DefaultProxy, "through the proxy 127.0.0.1:{port} of HttpClient.DefaultProxy")]
    [InlineData(Setting.FactoryOfProcess, "through the application's HttpClientFactory AnsweringFactory")]
    [InlineData(Setting.FactoryOfClient, "through the application's HttpClientFactory AnsweringFactory")]
    public async Task The_doctor_and_an_error_name_that_way(Setting setting, string way)
    {
        SetProcess(setting);
        var expected = way.Replace("{port}", _proxy.Port.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);
        var options = Options(config => Set(setting, config));

        var report = await new IrsaDoctor(options).ExamineAsync(Cancel);
        AnsweringFactory.IsDown = true;
        await EndServersAsync();
        options.MaxAttempts = 1;
        await using var credentials = new WebIdentityTokenCredentials(options);
        var error = await Assert.ThrowsAsync<IrsaException>(() => credentials.GetCredentialsAsync(Cancel));
        AnsweringFactory.IsDown = false;

        Assert.Contains(expected, report.Checks.Single(static check => check.Name == "network").Seen, StringComparison.Ordinal);
        Assert.Equal(DoctorVerdict.Pass, report.Checks.Single(static check => check.Name == "exchange").Verdict);
        Assert.Contains(setting is Setting.Nothing or Setting.BypassList ? "attempt 1)" : $"attempt 1, {expected})", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Password, error.ToString() + report, StringComparison.Ordinal);
    }

    private async Task EndServersAsync()
    {
        if (!_isEnded)
        {
            _isEnded = true;
            await _server.DisposeAsync();
            await _proxy.DisposeAsync();
        }
    }

    private async Task CallAsync(Maker maker, Action<ClientConfig> set)
    {
        void Configure(AmazonSecurityTokenServiceConfig config)
        {
            config.ServiceURL = Server.AbsoluteUri;
            config.AuthenticationRegion = _aws.Region;
            config.MaxErrorRetry = 0;

            // The SDK keeps HTTP clients for the process, each with the proxy that was the default when it was made.
            config.CacheHttpClient = false;
            set(config);
        }

        if (maker == Maker.Sdk)
        {
            var config = new AmazonSecurityTokenServiceConfig();
            Configure(config);
            using var client = new AmazonSecurityTokenServiceClient(new BasicAWSCredentials("AKIAOWN", "secret"), config);
            await client.GetCallerIdentityAsync(new(), Cancel);
            return;
        }

        var services = new ServiceCollection();
        var identity = services.AddIrsaAws(options =>
        {
            _aws.Configure(options);
            (options.StsEndpoint, options.ConfigureSts) = maker == Maker.Exchange ? (Server, set) : (options.StsEndpoint, null);
        });
        if (maker == Maker.Exchange)
        {
            await using var alone = services.BuildServiceProvider();
            await alone.GetRequiredService<WebIdentityTokenCredentials>().GetCredentialsAsync(Cancel);
            return;
        }

        if (maker == Maker.AddClient)
        {
            identity.AddClient<IAmazonSecurityTokenService, AmazonSecurityTokenServiceConfig>(Configure);
        }
        else
        {
            services.AddAWSService<IAmazonSecurityTokenService>((config, _) => Configure((AmazonSecurityTokenServiceConfig)config));
        }

        await using var container = services.BuildServiceProvider();
        await container.GetRequiredService<IAmazonSecurityTokenService>().GetCallerIdentityAsync(new(), Cancel);
    }

    private IrsaOptions Options(Action<ClientConfig> set)
    {
        var options = new IrsaOptions();
        _aws.Configure(options);
        options.StsEndpoint = Server;
        options.ConfigureSts = set;
        return options;
    }

    private void SetProcess(Setting setting)
    {
        _asksForPassword = setting is Setting.WebProxyWithPassword or Setting.ProxyHostWithPassword;
        if (setting == Setting.FactoryOfProcess)
        {
            AWSConfigs.HttpClientFactory = new AnsweringFactory(this);
        }
        else if (setting == Setting.DefaultProxy)
        {
            HttpClient.DefaultProxy = new WebProxy(Proxy);
        }
    }

    private void Set(Setting setting, ClientConfig config)
    {
        switch (setting)
        {
            case Setting.FactoryOfClient:
                config.HttpClientFactory = new AnsweringFactory(this);
                break;
            case Setting.WebProxyWithPassword:
                config.SetWebProxy(new WebProxy(Proxy) { Credentials = new NetworkCredential("user", Password) });
                break;
            case Setting.OwnWebProxy:
                config.SetWebProxy(new FixedProxy(Proxy));
                break;
            case Setting.ProxyHostWithPassword:
                (config.ProxyHost, config.ProxyPort, config.ProxyCredentials) = (Proxy.Host, Proxy.Port, new NetworkCredential("user", Password));
                break;
            case Setting.BypassList:
                config.SetWebProxy(new WebProxy(Proxy, BypassOnLocal: false, [@"127\.0\.0\.1"]));
                break;
        }
    }

    private string Answer(string from, string request)
    {
        lock (_requests)
        {
            _requests.Add(from);
        }

        return StubServer.Http("200 OK", "text/xml", Body(request));
    }

    private static string Body(string request) => request.Contains("AssumeRoleWithWebIdentity", StringComparison.Ordinal)
        ? "<AssumeRoleWithWebIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><AssumeRoleWithWebIdentityResult><Credentials>"
            + "<AccessKeyId>ASIAWAY</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>token</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration>"
            + "</Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>"
        : "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult><Arn>arn:aws:iam::111122223333:user/x</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>";

    /// <summary>Its HTTP client answers without a connection.</summary>
    private sealed class AnsweringFactory(HttpSettingsTests test) : HttpClientFactory
    {
        public static bool IsDown { get; set; }

        public override HttpClient CreateHttpClient(IClientConfig clientConfig) => new(new Handler(test));

        private sealed class Handler(HttpSettingsTests test) : HttpMessageHandler
        {
            protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
            {
                if (IsDown)
                {
                    throw new HttpRequestException(HttpRequestError.ConnectionError);
                }

                var body = request.Content is { } content ? await content.ReadAsStringAsync(cancellationToken) : string.Empty;
                lock (test._requests)
                {
                    test._requests.Add("factory");
                }

                return new HttpResponseMessage { Content = new StringContent(Body(body), null, "text/xml"), RequestMessage = request };
            }
        }
    }

    /// <summary>A proxy of the application's, whose credentials nobody may set.</summary>
    private sealed class FixedProxy(Uri proxy) : IWebProxy
    {
        public ICredentials? Credentials
        {
            get => null;
            set => throw new NotSupportedException();
        }

        public Uri? GetProxy(Uri destination) => proxy;

        public bool IsBypassed(Uri host) => false;
    }
}
