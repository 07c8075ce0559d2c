using System.Runtime.CompilerServices;
using Amazon.Runtime;
using Amazon.SecurityToken;
using Irsa.Credentials.Configuration;

namespace Irsa.Credentials.AwsSdk;

/// <summary>
/// The connections to STS and the clients that use them. A container shares one among its roles; providers without a container share
/// <see cref="ForProcess"/>. Time limits are the exchange's, per call, so the HTTP client has none.
/// </summary>
internal sealed class StsHttpClientFactory : HttpClientFactory, IDisposable
{
    private readonly object _gate = new();
    private readonly ConditionalWeakTable<IClientConfig, HttpClient> _proxied = [];
    private readonly Dictionary<ClientKey, StsClientFactory>? _clients;
    private readonly StsConnection _connection = new();
    private HttpClient? _direct;
    private bool _disposed;

    /// <summary>For the roles of one container: they share connections and, where they configure STS alike, the client too.</summary>
    public StsHttpClientFactory()
        : this(sharesClients: true)
    {
    }

    private StsHttpClientFactory(bool sharesClients) => _clients = sharesClients ? [] : null;

    /// <summary>Gets the connections of all providers that are made without a container. They live as long as the process, their clients do not.</summary>
    public static StsHttpClientFactory ForProcess { get; } = new(sharesClients: false);

    /// <summary>Gets a value indicating whether this object disposes the clients; else whoever gets them does.</summary>
    public bool OwnsClients => _clients is not null;

    /// <summary>Gets a value indicating whether a connection waits for the DNS.</summary>
    public bool IsResolving => _connection.IsResolving;

    public StsClientFactory ClientsFor(IrsaSettings settings)
    {
        if (_clients is null)
        {
            return new StsClientFactory(settings, this);
        }

        var key = new ClientKey(settings.Region, settings.StsEndpoint, settings.AllowUnencryptedSts, settings.IgnoresEndpointVariables, settings.ConfigureSts);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (!_clients.TryGetValue(key, out var clients))
            {
                clients = new StsClientFactory(settings, this);
                _clients.Add(key, clients);
            }

            return clients;
        }
    }

    public override HttpClient CreateHttpClient(IClientConfig clientConfig)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (clientConfig.GetWebProxy() is not { } proxy)
            {
                return _direct ??= Open(new SocketsHttpHandler { Proxy = ProxyWithoutPassword.OfProcess() });
            }

            // The SDK asks at every call, with the one configuration that all clients of a factory have.
            if (!_proxied.TryGetValue(clientConfig, out var client))
            {
                // As the SDK does where it makes the HTTP client. A proxy of the application may not allow others than its own.
                if (clientConfig.ProxyCredentials is { } credentials)
                {
                    proxy.Credentials = credentials;
                }

                client = Open(new SocketsHttpHandler { Proxy = new ProxyWithoutPassword(proxy) });
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
            foreach (var clients in _clients?.Values ?? Enumerable.Empty<StsClientFactory>())
            {
                clients.Dispose();
            }

            _direct?.Dispose();
            foreach (var (_, client) in _proxied)
            {
                client.Dispose();
            }
        }
    }

    /// <summary>What is different for connections over which a token goes.</summary>
    internal static SocketsHttpHandler Restrict(SocketsHttpHandler handler)
    {
        // The token is meant for the configured endpoint only, so redirects are not followed.
        handler.AllowAutoRedirect = false;

        // Without this, cancelling a stalled answer would still wait for the rest of it, so that the connection can be used again.
        handler.ResponseDrainTimeout = TimeSpan.Zero;
        handler.MaxResponseDrainSize = 0;

        // An exchange happens about twice an hour. An idle connection would be dead by then, and a long-lived one would pin a DNS answer.
        handler.PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30);
        handler.PooledConnectionLifetime = TimeSpan.FromMinutes(5);
        return handler;
    }

    private HttpClient Open(SocketsHttpHandler handler)
    {
        handler.ConnectCallback = _connection.OpenAsync;
        return new HttpClient(new StsResponseBuffer(Restrict(handler))) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>What two roles must have in common to use one client. Delegates are equal when they run the same method on the same object.</summary>
    private sealed record ClientKey(string Region, Uri? Endpoint, bool AllowUnencryptedSts, bool IgnoresEndpointVariables, Action<AmazonSecurityTokenServiceConfig>? ConfigureSts);
}
