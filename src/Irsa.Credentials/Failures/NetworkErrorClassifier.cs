using System.Net.Sockets;
using System.Security.Authentication;

namespace Irsa.Credentials.Failures;

/// <summary>From an exception of the network to its failure.</summary>
internal static class NetworkErrorClassifier
{
    public static Failure Classify(Exception exception, ExchangeContext context)
    {
        if (exception is OperationCanceledException or TimeoutException)
        {
            var way = context.FindRoute?.Invoke() ?? new NetworkRoute();
            return way.IsResolving ? NetworkFailures.NameNotResolved(context, way) : NetworkFailures.TimedOut(context, way);
        }

        var http = exception.Find<HttpRequestException>();
        var socket = exception.Find<SocketException>()?.SocketErrorCode;
        if (http is null && socket is null && exception.Find<IOException>() is null && exception.Find<AuthenticationException>() is null)
        {
            return UnexpectedFailure.From(exception, context.Secrets, context.ConfigureSts);
        }

        var route = context.FindRoute?.Invoke() ?? new NetworkRoute();
        return (http?.HttpRequestError, socket) switch
        {
            (HttpRequestError.ProxyTunnelError, _) => NetworkFailures.ProxyRefused(
                $"{route.Proxy ?? "it"} did not open a tunnel to {context.Endpoint} ({(TunnelStatus(http!) is { } status ? $"HTTP {status}" : "without an HTTP status")})", route),
            (HttpRequestError.NameResolutionError, _) or (_, SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData) => NetworkFailures.NameNotResolved(context, route),
            _ when exception.Find<AuthenticationException>() is { } handshake => ClassifyHandshake(handshake.Message, context, route),
            (HttpRequestError.SecureConnectionError, _) => NetworkFailures.HandshakeFailed(context, route),
            (HttpRequestError.InvalidResponse, _) => NetworkFailures.NotSts("it does not speak HTTP", context),
            (HttpRequestError.ResponseEnded, _) or (_, SocketError.ConnectionReset or SocketError.ConnectionAborted) => NetworkFailures.Broken(context, route),
            (_, SocketError.TimedOut) => NetworkFailures.TimedOut(context, route),
            (_, SocketError.AddressFamilyNotSupported) when route.IsDirect => NetworkFailures.OnlyIPv6(context, route),
            (HttpRequestError.ConnectionError, _) or (_, not null) => NetworkFailures.NotConnected(context, route, Reason(socket)),
            _ => NetworkFailures.Broken(context, route),
        };
    }

    /// <summary>Why no connection could be opened, as a clause.</summary>
    public static string Reason(Exception unreachable) => unreachable.Find<HttpRequestException>()?.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError => Reason(SocketError.HostNotFound),
        HttpRequestError.SecureConnectionError => "the TLS handshake failed",
        HttpRequestError.ProxyTunnelError => "the proxy refused it",
        HttpRequestError.ResponseEnded or HttpRequestError.InvalidResponse => "it broke before the response was complete",
        _ => Reason(unreachable.Find<SocketException>()?.SocketErrorCode),
    };

    /// <summary>.NET 8 says it in its words only: failed with status code '407'.</summary>
    private static string? TunnelStatus(HttpRequestException refused) => refused.StatusCode is { } status ? FormattableString.Invariant($"{(int)status}")
        : refused.Message.Split('\'').LastOrDefault(static part => part.Length == 3 && part.All(char.IsAsciiDigit));

    private static Failure ClassifyHandshake(string message, ExchangeContext context, NetworkRoute route) => message switch
    {
        _ when message.Contains("NameMismatch", StringComparison.Ordinal) => NetworkFailures.CertificateOfOtherHost(context, route),
        _ when IsUntrusted(message) => TrustStore.IsEmpty ? NetworkFailures.NoAuthorities(context, route) : NetworkFailures.CertificateNotTrusted(context, route),
        _ when message.Contains("NotTimeValid", StringComparison.Ordinal) => NetworkFailures.CertificateOfOtherTime(context, route, TimeProvider.System.GetUtcNow()),
        _ when message.Contains("remote certificate", StringComparison.Ordinal) => NetworkFailures.CertificateNotTrusted(context, route),
        _ when message.Contains("frame", StringComparison.Ordinal) => NetworkFailures.AnswerNotTls(context, route),
        _ => NetworkFailures.HandshakeFailed(context, route),
    };

    /// <summary>A certificate of an unknown authority remains one when the clock is right.</summary>
    private static bool IsUntrusted(string message) =>
        message.Contains("UntrustedRoot", StringComparison.Ordinal) || message.Contains("PartialChain", StringComparison.Ordinal);

    private static string Reason(SocketError? error) => error switch
    {
        SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData => "the name does not resolve",
        SocketError.ConnectionRefused => "connection refused: nothing listens there, or not yet",
        SocketError.NetworkUnreachable or SocketError.HostUnreachable or SocketError.AddressFamilyNotSupported => "there is no route",
        SocketError.AccessDenied => "this process is not allowed to open it",
        null => "the system gives no reason",
        var other => other.ToString()!,
    };
}
