using System.Net;
using System.Net.Sockets;
using System.Text;
using Amazon.SecurityToken;
using Irsa.Credentials.AwsSdk;

namespace Irsa.Credentials.Tests.AwsSdk;

/// <summary>Every way in which the SDK's configuration names a proxy: the call to STS goes through it, with its credentials.</summary>
public sealed class StsProxyTests : IDisposable
{
    private readonly StsHttpClientFactory _transport = new();
    private readonly TcpListener _proxy = new(IPAddress.Loopback, 0);

    public StsProxyTests() => _proxy.Start();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private int Port => ((IPEndPoint)_proxy.LocalEndpoint).Port;

    public void Dispose()
    {
        _proxy.Dispose();
        _transport.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Calls_go_through_the_proxy_that_the_application_sets(bool asObject)
    {
        var calls = await CallAsync(sts => SetProxy(sts, asObject), "200 OK");

        Assert.Equal(["POST http://sts.example/ HTTP/1.1"], calls.Select(static call => call[0]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_proxys_credentials_are_sent_when_it_asks_for_them(bool asObject)
    {
        void Configure(AmazonSecurityTokenServiceConfig sts)
        {
            SetProxy(sts, asObject);
            sts.ProxyCredentials = new NetworkCredential("user", "password");
        }

        var calls = await CallAsync(Configure, "407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"test\"", "200 OK");

        var expected = Convert.ToBase64String(Encoding.ASCII.GetBytes("user:password"));
        Assert.Contains($"Proxy-Authorization: Basic {expected}", calls[1]);
    }

    private void SetProxy(AmazonSecurityTokenServiceConfig sts, bool asObject)
    {
        if (asObject)
        {
            sts.SetWebProxy(new WebProxy(IPAddress.Loopback.ToString(), Port));
        }
        else
        {
            (sts.ProxyHost, sts.ProxyPort) = (IPAddress.Loopback.ToString(), Port);
        }
    }

    /// <summary>Sends one request by the HTTP client of these settings.</summary>
    /// <returns>The lines of each request that the proxy got.</returns>
    private async Task<List<string[]>> CallAsync(Action<AmazonSecurityTokenServiceConfig> configure, params string[] answers)
    {
        var config = _transport.ClientsFor(TestSettings.Create() with { ConfigureSts = configure }).Anonymous.Config;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(TimeSpan.FromSeconds(20));
        var answering = AnswerAsync(answers, limit.Token);
        using var content = new StringContent("body");
        using var response = await _transport.CreateHttpClient(config).PostAsync(new Uri("http://sts.example/"), content, limit.Token);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await answering;
    }

    private async Task<List<string[]>> AnswerAsync(string[] answers, CancellationToken cancellationToken)
    {
        var requests = new List<string[]>();
        foreach (var answer in answers)
        {
            using var connection = await _proxy.AcceptTcpClientAsync(cancellationToken);
            var stream = connection.GetStream();
            var text = new StringBuilder();
            var buffer = new byte[4096];
            while (!text.ToString().EndsWith("\r\n\r\nbody", StringComparison.Ordinal))
            {
                text.Append(Encoding.ASCII.GetString(buffer, 0, await stream.ReadAsync(buffer, cancellationToken)));
            }

            requests.Add(text.ToString().Split("\r\n"));
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {answer}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"), cancellationToken);
        }

        return requests;
    }
}
