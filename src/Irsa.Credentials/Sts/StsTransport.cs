using Amazon.Runtime;

namespace Irsa.Credentials.Sts;

/// <summary>
/// The connections to STS, shared by all roles of a container. Time-outs are the exchange's, per call, so the HTTP client has none.
/// </summary>
internal sealed class StsTransport : HttpClientFactory, IDisposable
{
    private readonly object _gate = new();
    private readonly List<HttpClient> _clients = [];
    private HttpClient? _direct;
    private bool _disposed;

    public override HttpClient CreateHttpClient(IClientConfig clientConfig)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (clientConfig is ClientConfig { ProxyHost: { Length: > 0 } })
            {
                return Open(new SocketsHttpHandler { Proxy = clientConfig.GetWebProxy() });
            }

            return _direct ??= Open(new SocketsHttpHandler());
        }
    }

    /// <summary>The clients belong to this object; the SDK's own cache would keep them beyond its disposal.</summary>
    public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

    public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _clients.ForEach(static client => client.Dispose());
            _clients.Clear();
            _direct = null;
        }
    }

    private HttpClient Open(SocketsHttpHandler handler)
    {
        handler.AllowAutoRedirect = false;

        // An exchange comes about twice an hour: an idle connection would only be found dead, and a long-lived one would pin a DNS answer.
        handler.PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30);
        handler.PooledConnectionLifetime = TimeSpan.FromMinutes(5);
        var client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        _clients.Add(client);
        return client;
    }
}
