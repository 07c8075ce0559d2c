using System.Globalization;
using Irsa.Credentials.Tokens;
using static Irsa.Credentials.Failures.DisplayText;

namespace Irsa.Credentials.Failures;

/// <summary>IRSA4xx: what happens between this process and STS. <see cref="NetworkErrorClassifier"/> decides which it is.</summary>
internal static class NetworkFailures
{
    private const string CheckProxy = "Check that the proxy is running, allows the STS host, and is the one that is meant. "
        + "If STS is reachable without it (an interface endpoint), add the host to NO_PROXY, or to the list of those that the proxy in code is bypassed for.";

    private const string OpenRoute = "Allow HTTPS from the pod to the STS host: a NAT gateway, or an interface endpoint for com.amazonaws.REGION.sts with private DNS in the configured "
        + "region. Its security group must admit the pod.";

    private const string TrustCertificate = "Add the proxy's certificate authority to the container's trust store (SSL_CERT_FILE), or exempt the STS host from TLS interception. "
        + "An image without certificate authorities needs the package ca-certificates.";

    private const string CorrectClock = "Correct the node's clock (chrony or another NTP client), then compare it with the real time: date -u.";

    private static readonly IrsaErrorExplanation HostNotFound = new(
        IrsaErrorCode.HostNotFound,
        "The name of the STS host does not resolve",
        "The cluster's DNS cannot be reached, the region does not exist, or this network has no such name (for instance a FIPS name in a region without one).",
        "Resolve the host in the pod: getent hosts HOST. Check AWS_REGION, the FIPS setting and the pod's dnsPolicy.");

    private static readonly IrsaErrorExplanation ConnectionFailed = new(
        IrsaErrorCode.ConnectionFailed,
        "No connection to the STS host could be opened",
        "There is no route, or a firewall or network policy rejects the connection. Or a sidecar proxy has not started yet.",
        OpenRoute + " With a sidecar proxy, check that it is running.");

    private static readonly IrsaErrorExplanation TimeoutExplanation = new(
        IrsaErrorCode.Timeout,
        "STS did not answer in time",
        "Something drops the packets. Usually a private subnet has no route to STS, or a security group does not admit the pod.",
        OpenRoute);

    private static readonly IrsaErrorExplanation TlsFailed = new(
        IrsaErrorCode.TlsFailed,
        "The TLS handshake with the STS host failed",
        "A proxy intercepts TLS with a certificate that the container does not trust, the certificate is for another host, or the other side does not use TLS.",
        TrustCertificate);

    private static readonly IrsaErrorExplanation NotAnStsResponse = new(
        IrsaErrorCode.NotAnStsResponse,
        "A server that is not STS answered",
        "Usually a proxy or captive portal answers with a page of its own, or another service listens at the endpoint's address.",
        "Check HTTPS_PROXY, NO_PROXY and the configured endpoint, and that the proxy allows the STS host.");

    private static readonly IrsaErrorExplanation ConnectionBroken = new(
        IrsaErrorCode.ConnectionBroken,
        "The connection to STS broke before the response was complete",
        "STS, or a proxy or load balancer between the pod and STS, closed the connection.",
        RetryAdvice.IfItPersists + "check the proxy, load balancer or service mesh.");

    private static readonly IrsaErrorExplanation ProxyRefusedExplanation = new(
        IrsaErrorCode.ProxyRefused,
        "The proxy refused to connect to STS",
        "The proxy asks for a user and password (HTTP 407), or its rules do not allow the STS host.",
        "Give the proxy's user and password in HTTPS_PROXY or IrsaOptions.ConfigureSts, let the proxy allow the STS host, or exempt the host with NO_PROXY.");

    private static readonly IrsaErrorExplanation CertificateNotValidNow = new(
        IrsaErrorCode.CertificateNotValidNow,
        "By the local clock, the certificate of the STS host has expired or is not yet valid",
        "AWS renews its certificates in time, so usually the node's clock is wrong. Or a proxy, or a server of your own in place of STS, has an old certificate.",
        "Compare the node's clock with the real time (date -u), and correct it (chrony or another NTP client). If it is right, renew the certificate of the proxy or server that answers.");

    private static readonly IrsaErrorExplanation NotTls = new(
        IrsaErrorCode.NotTls,
        "What answered at the STS host's address does not speak TLS",
        "A proxy answers CONNECT with a page of its own, the port is one of plain http, or another service listens at the address.",
        "Check the port and scheme of the configured endpoint. With a proxy, check HTTPS_PROXY, and that the proxy allows the STS host without a page to sign in.");

    private static readonly IrsaErrorExplanation AddressFamilyMissing = new(
        IrsaErrorCode.AddressFamilyMissing,
        "The pod has only IPv6 addresses, and the STS host only IPv4 addresses",
        "In an IPv6 cluster a pod reaches IPv4 addresses only by translation (NAT64 or the node). The usual name of STS has no IPv6 address in many regions.",
        "Set AWS_USE_DUALSTACK_ENDPOINT=true in the container's env: that name of STS has IPv6 addresses. Remove any AWS_ENDPOINT_URL_STS or AWS_ENDPOINT_URL, which contradicts it.");

    private static readonly IrsaErrorExplanation NoCertificateAuthorities = new(
        IrsaErrorCode.NoCertificateAuthorities,
        "The container has no certificate authorities",
        "The image has no bundle of certificate authorities, or SSL_CERT_FILE or SSL_CERT_DIR names one that does not exist.",
        "Install the package ca-certificates in the image, or set SSL_CERT_FILE to an existing bundle.");

    public static IReadOnlyList<IrsaErrorExplanation> Explanations { get; } =
        [HostNotFound, ConnectionFailed, TimeoutExplanation, TlsFailed, NotAnStsResponse, ConnectionBroken, ProxyRefusedExplanation, CertificateNotValidNow, NotTls, AddressFamilyMissing, NoCertificateAuthorities];

    public static Failure NameNotResolved(ExchangeContext context, NetworkRoute route) => HostNotFound.Transient(
        $"{Unreachable(context, route)}: the name of {(route.Proxy is null ? "the STS host" : "the proxy")} does not resolve.", RemedyFor(HostNotFound, context, route));

    /// <param name="context">What was asked.</param>
    /// <param name="route">The way to the host.</param>
    /// <param name="reason">What the system says, as a clause.</param>
    public static Failure NotConnected(ExchangeContext context, NetworkRoute route, string reason) => ConnectionFailed.Transient(
        $"{Unreachable(context, route)}: no connection{(route.Proxy is null ? string.Empty : " to the proxy")} could be opened ({reason}).", RemedyFor(ConnectionFailed, context, route));

    public static Failure TimedOut(ExchangeContext context, NetworkRoute route) => TimeoutExplanation.Transient(
        $"{context.Endpoint} did not answer {context.Operation} in time (attempt {context.Attempts}{Via(route)}).", RemedyFor(TimeoutExplanation, context, route));

    /// <summary>For an exchange that went on after its time limit and its cancellation.</summary>
    public static Failure ExchangeOverdue(string roleArn, TimeSpan waited) => TimeoutExplanation.Transient(
        $"The exchange for {Quote(roleArn)} has not ended within {DurationText.Of(waited)}. It ignores its time limit and its cancellation, so the library stopped waiting for it.",
        "Look for code that ignores cancellation: IrsaOptions.ConfigureSts, an HttpClientFactory, or a token file on a file system that hangs.") with
    {
        RoleArn = roleArn,
    };

    /// <summary>For an exchange that is not started, because a call that ignores its cancellation has not given its thread back.</summary>
    public static Failure EarlierCallHangs(string roleArn) => TimeoutExplanation.Transient(
        $"No exchange for {roleArn} was started, because an earlier call ignores its cancellation and still blocks a thread.",
        "Find out what hangs: the file system of the token file, or the application's ConfigureSts or HttpClientFactory. " + RetryAdvice.KeepsRetrying) with
    {
        RoleArn = roleArn,
    };

    /// <summary>For a blocked caller who has seen neither the exchange end nor its time limit end it.</summary>
    public static Failure CallerBlocked(string roleArn, TimeSpan waited) => TimeoutExplanation.Transient(
        $"The exchange for {Quote(roleArn)} has not ended within {DurationText.Of(waited)}, and its time limit has not ended it either. "
        + FormattableString.Invariant($"{ThreadPool.PendingWorkItemCount} work items wait for one of {ThreadPool.ThreadCount} threads of the thread pool."),
        "If work items wait, call GetCredentialsAsync instead of GetCredentials, or find the code that blocks the pool's threads. If none wait, find what suspended the process.") with
    {
        RoleArn = roleArn,
    };

    public static Failure CertificateOfOtherHost(ExchangeContext context, NetworkRoute route) => TlsFailed.Permanent(
        $"{Unreachable(context, route)}: its certificate is for another host name.",
        $"Check that the endpoint's host name is STS's own. An interface endpoint serves only the names of its own region, and the configured region is {context.Region}.");

    /// <summary>The cluster has dated the token by a clock of its own, which tells whether the local one or the certificate is wrong.</summary>
    public static Failure CertificateOfOtherTime(ExchangeContext context, NetworkRoute route, DateTimeOffset now)
    {
        var seen = string.Create(CultureInfo.InvariantCulture, $"{Unreachable(context, route)}: by the local clock ({now:u}) its certificate has expired or is not yet valid.");
        return context.Token switch
        {
            { IssuedAt: { } issued } when ClockSkew.IsSignificant(issued - now) && issued > now => CertificateNotValidNow.Permanent(
                $"{seen} The clock is wrong: the cluster issued the pod's token {DurationText.Of(issued - now)} later than that.", CorrectClock),
            { IssuedAt: { } issued, Expiration: { } expires } when issued <= now && now < expires => CertificateNotValidNow.Permanent(
                $"{seen} The clock agrees with the times of the pod's token, so it is the certificate that is wrong.", RenewCertificate(route)),
            _ => CertificateNotValidNow.Permanent(seen),
        };
    }

    public static Failure AnswerNotTls(ExchangeContext context, NetworkRoute route) => NotTls.Transient(
        $"{Unreachable(context, route)}: what answered is not TLS{(route.Proxy is { } proxy ? $"; the proxy {Escape(proxy)} or a server behind it answered" : string.Empty)}.");

    public static Failure OnlyIPv6(ExchangeContext context, NetworkRoute route) => AddressFamilyMissing.Permanent(
        $"{Unreachable(context, route)}: the pod has only IPv6 addresses, and there is no route to the host's IPv4 addresses.");

    public static Failure NoAuthorities(ExchangeContext context, NetworkRoute route) => NoCertificateAuthorities.Permanent(
        $"{Unreachable(context, route)}: this container has no certificate authorities, so it trusts no certificate"
        + $"{(Environment.GetEnvironmentVariable("SSL_CERT_FILE") is null ? string.Empty : " (SSL_CERT_FILE is set, but the file has none)")}.",
        NoCertificateAuthorities.Remedy + route.TrustHint);

    public static Failure CertificateNotTrusted(ExchangeContext context, NetworkRoute route) =>
        TlsFailed.Permanent($"{Unreachable(context, route)}: this container does not trust its certificate.", TrustCertificate + route.TrustHint);

    /// <summary>A certificate that is wrong remains wrong; a handshake that merely broke may have met a proxy that was not up.</summary>
    public static Failure HandshakeFailed(ExchangeContext context, NetworkRoute route) => TlsFailed.Transient($"{Unreachable(context, route)}: the TLS handshake failed.");

    public static Failure Broken(ExchangeContext context, NetworkRoute route) =>
        ConnectionBroken.Transient($"{Unreachable(context, route)}: the connection broke before the response was complete.");

    /// <param name="seen">What the server did, as a clause.</param>
    /// <param name="context">What was asked.</param>
    public static Failure NotSts(string seen, ExchangeContext context) =>
        NotAnStsResponse.Transient($"A server that is not STS answered {context.Operation} at {context.Endpoint}: {seen}.").In(context);

    /// <param name="seen">What the proxy did, as a clause.</param>
    /// <param name="route">The way to the host, where it is known.</param>
    public static Failure ProxyRefused(string seen, NetworkRoute? route) => ProxyRefusedExplanation.Permanent(
        $"The proxy refused to connect to STS: {seen}.", ProxyRefusedExplanation.Remedy + route?.ExemptionHint);

    private static string? RemedyFor(IrsaErrorExplanation explanation, ExchangeContext context, NetworkRoute route) => route.HttpClientFactory is { } factory
        ? $"Look at how the HttpClientFactory {Escape(factory)} connects: its proxy, its certificates and its time limits. {explanation.Remedy}"
        : route.Proxy is null ? IssuerRegion.Hint(context) + explanation.Remedy : CheckProxy + route.ExemptionHint;

    private static string Unreachable(ExchangeContext context, NetworkRoute route) =>
        $"{context.Endpoint} could not be reached ({context.Operation}, attempt {context.Attempts}{Via(route)})";

    private static string RenewCertificate(NetworkRoute route) => route.Proxy is { } proxy
        ? $"Renew the certificate with which the proxy {Escape(proxy)} answers, or exempt the STS host from TLS interception."
        : "Find out which server answers: openssl s_client -connect HOST:443. Renew its certificate. AWS renews its own in time, so it is a proxy, or a server in place of STS.";

    private static string Via(NetworkRoute route) => route.IsDirect ? string.Empty : $", {route.Words}";
}
