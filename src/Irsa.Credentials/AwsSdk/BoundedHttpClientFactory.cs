using Amazon.Runtime;

namespace Irsa.Credentials.AwsSdk;

/// <summary>
/// The application's own HTTP client for STS, with <see cref="StsResponseBuffer"/> around it: what holds for an answer of STS does not depend
/// on who has made the connection. Caching and disposal remain as the application's factory has them.
/// </summary>
internal sealed class BoundedHttpClientFactory : HttpClientFactory
{
    private readonly HttpClientFactory _own;

    public BoundedHttpClientFactory(HttpClientFactory own) => _own = own;

    /// <summary>Gets the type of the application's factory.</summary>
    public string Name => _own.GetType().Name;

    public override HttpClient CreateHttpClient(IClientConfig clientConfig) =>
        new(new StsResponseBuffer(new Forwarding(_own.CreateHttpClient(clientConfig)))) { Timeout = Timeout.InfiniteTimeSpan };

    public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => _own.UseSDKHttpClientCaching(clientConfig);

    public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => _own.DisposeHttpClientsAfterUse(clientConfig);

    /// <summary>Another name than the factory's own: the SDK would let the clients of other services have what is bounded for STS.</summary>
    public override string? GetConfigUniqueString(IClientConfig clientConfig) =>
        _own.GetConfigUniqueString(clientConfig) is { } name ? $"{typeof(BoundedHttpClientFactory).FullName}/{name}" : null;

    /// <summary>Sends with another HTTP client, which takes no request that one has sent already.</summary>
    private sealed class Forwarding(HttpClient client) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var copy = new HttpRequestMessage(request.Method, request.RequestUri)
            {
                Content = request.Content,
                Version = request.Version,
                VersionPolicy = request.VersionPolicy,
            };
            foreach (var (name, values) in request.Headers.NonValidated)
            {
                copy.Headers.TryAddWithoutValidation(name, values);
            }

            // Not disposed: the content belongs to the request.
            return await client.SendAsync(copy, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                client.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
