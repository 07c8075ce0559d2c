using System.Net.Sockets;
using System.Security.Authentication;
using Polly.Timeout;

namespace Irsa.Credentials.Failures;

/// <summary>From what the network threw to a cause.</summary>
internal static class NetworkFailures
{
    public static Failure Judge(Exception exception, ExchangeContext context)
    {
        if (exception is TimeoutRejectedException or OperationCanceledException or TimeoutException)
        {
            return TooLate(context);
        }

        var where = $"{context.Endpoint} could not be asked ({context.Operation}, attempt {context.Attempts})";
        var http = exception.Find<HttpRequestException>();
        var socket = exception.Find<SocketException>()?.SocketErrorCode;
        return (http?.HttpRequestError, socket) switch
        {
            (HttpRequestError.ProxyTunnelError, _) => AnswerFailures.ProxyRefused($"it did not open a tunnel to {context.Endpoint} ({http!.Message})", exception),
            (HttpRequestError.NameResolutionError, _) or (_, SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData) => Of(
                IrsaErrorCode.HostNotFound, $"{where}: its name does not resolve."),
            _ when exception.Find<AuthenticationException>() is { } handshake => Tls(where, handshake.Message, context),
            (HttpRequestError.SecureConnectionError, _) => Tls(where, string.Empty, context),
            (HttpRequestError.InvalidResponse, _) => AnswerFailures.Foreign("it does not speak HTTP", context),
            (HttpRequestError.ResponseEnded, _) or (_, SocketError.ConnectionReset or SocketError.ConnectionAborted) => Broken(where),
            (_, SocketError.TimedOut) => TooLate(context),
            (HttpRequestError.ConnectionError, _) or (_, not null) => Of(
                IrsaErrorCode.ConnectionFailed,
                $"{where}: no connection ({Words(socket)}).",
                "Check network policy, security groups and the interface endpoint for STS; with a sidecar proxy, that it is up."),
            _ when http is not null || exception.Find<IOException>() is not null => Broken(where),
            _ => UnexpectedFailure.From(exception),
        };
    }

    private static Failure TooLate(ExchangeContext context) => Of(
        IrsaErrorCode.Timeout,
        $"{context.Endpoint} did not answer {context.Operation} in time (attempt {context.Attempts}).",
        "Check the route to STS: in a private cluster an interface endpoint for com.amazonaws.REGION.sts with private DNS, in the region that is configured, and its security group; else NAT or the proxy (IrsaOptions.ConfigureSts).");

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
        SocketError.ConnectionRefused => "refused: nothing listens there, or not yet",
        SocketError.NetworkUnreachable or SocketError.HostUnreachable => "there is no route",
        SocketError.AccessDenied => "this process may not open it",
        null => "for a reason that the system does not give",
        var other => other.ToString()!,
    };
}
