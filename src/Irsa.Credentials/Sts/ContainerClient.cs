using System.Text;
using Irsa.Credentials.AwsSdk;
using Irsa.Credentials.Configuration;
using Irsa.Credentials.Failures;

namespace Irsa.Credentials.Sts;

/// <summary>
/// Asks the endpoint for credentials. Without a proxy where the address is of this machine: a proxy could not reach it, and would read the token.
/// Without redirects, and with bounded answers.
/// </summary>
internal sealed class ContainerClient : IDisposable
{
    private readonly Uri _address;
    private readonly HttpClient _http;

    public ContainerClient(ContainerEndpoint endpoint)
    {
        _address = endpoint.Address;
        _http = new HttpClient(new StsResponseBuffer(new SocketsHttpHandler
        {
            UseProxy = endpoint.Address.Scheme == Uri.UriSchemeHttps,
            Proxy = ProxyWithoutPassword.OfProcess(),
            AllowAutoRedirect = false,
            UseCookies = false,
            ResponseDrainTimeout = TimeSpan.Zero,
            MaxResponseDrainSize = 0,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),

            // A service mesh or a tracer has no business in the headers of this call.
            ActivityHeadersPropagator = null,
        }))
        {
            // The exchange has its own time limits.
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <param name="token">Goes as it is into the header, without a scheme; null for none.</param>
    /// <param name="context">What is asked, for failures.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<(ContainerAnswer? Answer, Failure? Failure)> GetAsync(string? token, ExchangeContext context, CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, _address);
            request.Headers.TryAddWithoutValidation("Accept", "application/json");
            if (token is not null)
            {
                request.Headers.TryAddWithoutValidation("Authorization", token);
            }

            using var response = await _http.SendAsync(request, cancellationToken).ConfigureAwait(false);
            var body = await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
            return response.IsSuccessStatusCode
                ? ContainerAnswer.Parse(body, response.Headers.Date, context)
                : (null, ContainerFailures.Refused((int)response.StatusCode, Encoding.UTF8.GetString(body), context));
        }
        catch (HttpRequestException tooLong) when (tooLong.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded)
        {
            return (null, ContainerFailures.InvalidResponse("its body is longer than 1 MB", context));
        }
        catch (Exception unreachable)
        {
            return (null, ContainerFailures.Unreachable(unreachable, context));
        }
    }

    public void Dispose() => _http.Dispose();
}
