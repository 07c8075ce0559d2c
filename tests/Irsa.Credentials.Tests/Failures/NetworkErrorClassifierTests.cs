using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Irsa.Credentials.Failures;

namespace Irsa.Credentials.Tests.Failures;

/// <summary>What .NET throws for what the network does, row by row.</summary>
public sealed class NetworkErrorClassifierTests
{
    private static readonly ExchangeContext Context = new(
        "AssumeRoleWithWebIdentity", TestSettings.Role, static () => "https://sts.eu-central-1.amazonaws.com/", "eu-central-1", null, 1);

    [Theory]
    [InlineData(SocketError.HostNotFound, IrsaErrorCode.HostNotFound, "does not resolve")]
    [InlineData(SocketError.TryAgain, IrsaErrorCode.HostNotFound, "does not resolve")]
    [InlineData(SocketError.NoData, IrsaErrorCode.HostNotFound, "does not resolve")]
    [InlineData(SocketError.ConnectionReset, IrsaErrorCode.ConnectionBroken, "broke before")]
    [InlineData(SocketError.ConnectionAborted, IrsaErrorCode.ConnectionBroken, "broke before")]
    [InlineData(SocketError.TimedOut, IrsaErrorCode.Timeout, "in time")]
    [InlineData(SocketError.ConnectionRefused, IrsaErrorCode.ConnectionFailed, "(connection refused: nothing listens there, or not yet)")]
    [InlineData(SocketError.NetworkUnreachable, IrsaErrorCode.ConnectionFailed, "(there is no route)")]
    [InlineData(SocketError.HostUnreachable, IrsaErrorCode.ConnectionFailed, "(there is no route)")]
    [InlineData(SocketError.AccessDenied, IrsaErrorCode.ConnectionFailed, "(this process is not allowed to open it)")]
    [InlineData(SocketError.TooManyOpenSockets, IrsaErrorCode.ConnectionFailed, "(TooManyOpenSockets)")]
    public void What_a_socket_says(SocketError error, IrsaErrorCode expected, string words) =>
        Expect(new HttpRequestException("x", new SocketException((int)error)), expected, isPermanent: false, words);

    [Theory]
    [InlineData(HttpRequestError.ConnectionError, IrsaErrorCode.ConnectionFailed, "(the system gives no reason)")]
    [InlineData(HttpRequestError.InvalidResponse, IrsaErrorCode.NotAnStsResponse, "it does not speak HTTP")]
    [InlineData(HttpRequestError.ResponseEnded, IrsaErrorCode.ConnectionBroken, "broke before")]
    [InlineData(HttpRequestError.SecureConnectionError, IrsaErrorCode.TlsFailed, "handshake failed")]
    [InlineData(HttpRequestError.Unknown, IrsaErrorCode.ConnectionBroken, "broke before")]
    public void What_the_HTTP_client_says(HttpRequestError error, IrsaErrorCode expected, string words) =>
        Expect(new HttpRequestException(error), expected, isPermanent: false, words);

    [Theory]
    [InlineData("The remote certificate is invalid: RemoteCertificateNameMismatch", true, "for another host name")]
    [InlineData("The remote certificate is invalid: RemoteCertificateChainErrors", true, "does not trust its certificate")]
    [InlineData("the certificate chain: UntrustedRoot", true, "does not trust its certificate")]
    [InlineData("the certificate chain: PartialChain", true, "does not trust its certificate")]
    [InlineData("unexpected EOF", false, "handshake failed")]
    public void A_wrong_certificate_remains_wrong_and_a_broken_handshake_may_pass(string message, bool isPermanent, string words) =>
        Expect(new HttpRequestException(HttpRequestError.SecureConnectionError, "x", new AuthenticationException(message)), IrsaErrorCode.TlsFailed, isPermanent, words);

    [Theory]
    [InlineData(HttpStatusCode.ProxyAuthenticationRequired, "x", "(HTTP 407)")]
    [InlineData(null, "The proxy tunnel request failed with status code '403'.", "(HTTP 403)")]
    [InlineData(null, "The proxy 'abc' said 'nothing'.", "(without an HTTP status)")]
    public void A_tunnel_that_a_proxy_refuses_has_its_status_by_either_way_of_telling(HttpStatusCode? status, string message, string words) =>
        Expect(new HttpRequestException(HttpRequestError.ProxyTunnelError, message, null, status), IrsaErrorCode.ProxyRefused, isPermanent: true, words);

    [Fact]
    public void A_proxy_that_is_known_is_named()
    {
        var route = new NetworkRoute { Proxy = "proxy.example:3128", ProxySource = "HTTPS_PROXY" };

        var failure = NetworkErrorClassifier.Classify(new HttpRequestException(HttpRequestError.ProxyTunnelError), Context with { FindRoute = () => route });

        Assert.Contains("proxy.example:3128 did not open a tunnel", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(HttpRequestError.NameResolutionError, "the name does not resolve")]
    [InlineData(HttpRequestError.SecureConnectionError, "the TLS handshake failed")]
    [InlineData(HttpRequestError.ProxyTunnelError, "the proxy refused it")]
    [InlineData(HttpRequestError.ResponseEnded, "it broke before the response was complete")]
    [InlineData(HttpRequestError.InvalidResponse, "it broke before the response was complete")]
    [InlineData(HttpRequestError.ConnectionError, "the system gives no reason")]
    public void A_reason_is_a_clause(HttpRequestError error, string expected) => Assert.Equal(expected, NetworkErrorClassifier.Reason(new HttpRequestException(error)));

    private static void Expect(Exception thrown, IrsaErrorCode code, bool isPermanent, string words)
    {
        var failure = NetworkErrorClassifier.Classify(thrown, Context);

        Assert.Equal((code, isPermanent), (failure.Code, failure.IsPermanent));
        Assert.Contains(words, failure.Message, StringComparison.Ordinal);
    }
}
