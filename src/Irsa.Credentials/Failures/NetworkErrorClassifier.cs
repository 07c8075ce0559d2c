using System.Net.Sockets;
using System.Security.Authentication;

namespace Irsa.Credentials.Failures;

/// <summary>From what the network threw to a cause.</summary>
internal static class NetworkErrorClassifier
{
    private const string ProxyRemedy = "Check that the proxy is up and lets the STS host through, and that HTTPS_PROXY (or IrsaOptions.ConfigureSts) names the right one; "
        + "what is reached without a proxy, as an interface endpoint is, belongs in NO_PROXY.";

    public static Failure Judge(Exception exception, ExchangeContext context)
    {
        if (exception is OperationCanceledException or TimeoutException)
        {
            return TooLate(context);
        }

        var http = exception.Find<HttpRequestException>();
        var socket = exception.Find<SocketException>()?.SocketErrorCode;
        if (http is null && socket is null && exception.Find<IOException>() is null && exception.Find<AuthenticationException>() is null)
        {
            return UnexpectedFailure.From(exception);
        }

        var proxy = context.FindProxy?.Invoke();
        var where = $"{context.Endpoint} could not be asked ({context.Operation}, attempt {context.Attempts}{Via(proxy)})";
        return (http?.HttpRequestError, socket) switch
        {
            (HttpRequestError.ProxyTunnelError, _) => ResponseFailures.ProxyRefused(
                $"{proxy ?? "it"} did not open a tunnel to {context.Endpoint} ({(http!.StatusCode is { } status ? $"HTTP {(int)status}" : "it gave no status")})"),
            (HttpRequestError.NameResolutionError, _) or (_, SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData) => Of(
                IrsaErrorCode.HostNotFound, $"{where}: {(proxy is null ? "its" : "the proxy's")} name does not resolve.", proxy is null ? null : ProxyRemedy),
            _ when exception.Find<AuthenticationException>() is { } handshake => Tls(where, handshake.Message, context),
            (HttpRequestError.SecureConnectionError, _) => Tls(where, string.Empty, context),
            (HttpRequestError.InvalidResponse, _) => ResponseFailures.Foreign("it does not speak HTTP", context),
            (HttpRequestError.ResponseEnded, _) or (_, SocketError.ConnectionReset or SocketError.ConnectionAborted) => Broken(where),
            (_, SocketError.TimedOut) => TooLate(context),
            (HttpRequestError.ConnectionError, _) or (_, not null) => Of(
                IrsaErrorCode.ConnectionFailed,
                $"{where}: no connection{(proxy is null ? string.Empty : " to the proxy")} ({Words(socket)}).",
                proxy is null ? "Check network policy, security groups and the interface endpoint for STS; with a sidecar proxy, that it is up." : ProxyRemedy),
            _ => Broken(where),
        };
    }

    /// <summary>What the system says of a connection that did not come about, in half a sentence.</summary>
    public static string Words(Exception unreachable) => unreachable.Find<HttpRequestException>()?.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError => Words(SocketError.HostNotFound),
        HttpRequestError.SecureConnectionError => "the TLS handshake failed",
        HttpRequestError.ProxyTunnelError => "the proxy refused it",
        HttpRequestError.ResponseEnded or HttpRequestError.InvalidResponse => "it broke before the answer was complete",
        _ => Words(unreachable.Find<SocketException>()?.SocketErrorCode),
    };

    private static Failure TooLate(ExchangeContext context)
    {
        var proxy = context.FindProxy?.Invoke();
        return Of(
            IrsaErrorCode.Timeout,
            $"{context.Endpoint} did not answer {context.Operation} in time (attempt {context.Attempts}{Via(proxy)}).",
            proxy is null
                ? "Check the route to STS: in a private cluster an interface endpoint for com.amazonaws.REGION.sts with private DNS, in the region that is configured, and its security group; else NAT or the proxy (IrsaOptions.ConfigureSts)."
                : ProxyRemedy);
    }

    private static string Via(string? proxy) => proxy is null ? string.Empty : $", through the proxy {proxy}";

    /// <summary>A certificate that is wrong stays wrong; a handshake that merely broke may have met a proxy that was not up.</summary>
    private static Failure Tls(string where, string seen, ExchangeContext context) => seen switch
    {
        _ when seen.Contains("NameMismatch", StringComparison.Ordinal) => new(
            IrsaErrorCode.TlsFailed,
            IsPermanent: true,
            $"{where}: the certificate is for another name.",
            $"Check that the address is STS's own name: an interface endpoint serves the names of its own region only, and {context.Region} is configured."),
        _ when seen.Contains("RemoteCertificate", StringComparison.Ordinal) || seen.Contains("UntrustedRoot", StringComparison.Ordinal) || seen.Contains("PartialChain", StringComparison.Ordinal) => new(
            IrsaErrorCode.TlsFailed,
            IsPermanent: true,
            $"{where}: this container does not trust the certificate.",
            IrsaErrorExplanation.For(IrsaErrorCode.TlsFailed).Remedy),
        _ => Of(IrsaErrorCode.TlsFailed, $"{where}: the TLS handshake failed."),
    };

    private static Failure Broken(string where) => Of(IrsaErrorCode.ConnectionBroken, $"{where}: the connection broke before the answer was complete.");

    private static Failure Of(IrsaErrorCode code, string message, string? remedy = null) =>
        new(code, IsPermanent: false, message, remedy ?? IrsaErrorExplanation.For(code).Remedy);

    private static string Words(SocketError? error) => error switch
    {
        SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData => "the name does not resolve",
        SocketError.ConnectionRefused => "refused: nothing listens there, or not yet",
        SocketError.NetworkUnreachable or SocketError.HostUnreachable => "there is no route",
        SocketError.AccessDenied => "this process may not open it",
        null => "for a reason that the system does not give",
        var other => other.ToString()!,
    };
}
