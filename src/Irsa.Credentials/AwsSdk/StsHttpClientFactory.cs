using Amazon.Runtime;

namespace Irsa.Credentials.AwsSdk;

/// <summary>
/// The connections to STS, shared by all roles of a container. Time-outs are the exchange's, per call, so the HTTP client has none.
/// </summary>
internal sealed class StsHttpClientFactory : HttpClientFactory, IDisposable
{
    private readonly object _gate = new();
    private readonly Dictionary<IClientConfig, HttpClient> _proxied = [];
    private HttpClient? _direct;
    private bool _disposed;

    public override HttpClient CreateHttpClient(IClientConfig clientConfig)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (clientConfig is not ClientConfig { ProxyHost: { Length: > 0 } })
            {
                return _direct ??= Open(new SocketsHttpHandler());
            }

            // The SDK asks at every call, with the one configuration that a connection has.
            if (!_proxied.TryGetValue(clientConfig, out var client))
            {
                client = Open(new SocketsHttpHandler { Proxy = clientConfig.GetWebProxy() });
                _proxied.Add(clientConfig, client);
            }

            return client;
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
            _direct?.Dispose();
            foreach (var client in _proxied.Values)
            {
                client.Dispose();
            }
        }
    }

    private static HttpClient Open(SocketsHttpHandler handler)
    {
        // The token is for the endpoint that was configured and for nobody to whom that points.
        handler.AllowAutoRedirect = false;

        // Whoever gave up an answer that stalls would wait for the rest of it, so that its connection can be used again.
        handler.ResponseDrainTimeout = TimeSpan.Zero;
        handler.MaxResponseDrainSize = 0;

        // An exchange comes about twice an hour: an idle connection would only be found dead, and a long-lived one would pin a DNS answer.
        handler.PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30);
        handler.PooledConnectionLifetime = TimeSpan.FromMinutes(5);
        return new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }
}
