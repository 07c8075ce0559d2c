using System.Net;
using System.Net.Sockets;
using Irsa.Credentials.AwsSdk;
using Irsa.Credentials.Configuration;
using Irsa.Credentials.Failures;

namespace Irsa.Credentials.Diagnosis;

/// <summary>Checks the connection to STS: which host, through which proxy, to which address, and whether a connection opens.</summary>
internal static class NetworkCheck
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(3);

    public static async Task<CheckResultBuilder> RunAsync(DoctorContext context, CancellationToken cancellationToken)
    {
        if (context is not { Settings: { } settings, StsClients: { } clients })
        {
            return CheckResultBuilder.Skipped("Without valid settings the STS host is not known.");
        }

        var endpoint = StsEndpointInfo.Of(clients, settings.RoleArn);
        var (host, next) = (endpoint.Host, endpoint.Proxy ?? endpoint.Host);
        var result = new CheckResultBuilder().Observe($"The STS host is {host.Host}, port {host.Port}, {endpoint.Route.Words}.");
        if (settings.StsEndpointFile is { } file)
        {
            result.Observe($"It comes from {file}.");
        }

        if (settings.AllowUnencryptedSts)
        {
            result.Warn(ConfigurationFailures.UnencryptedStsAllowed(host, EndpointRules.IsExposed(host)));
        }

        if (endpoint.Route.ExemptionHint is { Length: > 0 } exemption)
        {
            result.Warn(exemption.Trim(), "Correct NO_PROXY if STS is meant to be called without the proxy.");
        }

        if (endpoint.Route.TrustHint is { Length: > 0 } trust)
        {
            result.Observe(trust.Trim());
        }

        if (endpoint.Route.HttpClientFactory is not null)
        {
            return result.Observe("Its HTTP client makes the connections, so the exchange shows whether the host can be reached.");
        }

        using var limit = new CancellationTokenSource(LongestWait, context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            var addresses = await Dns.GetHostAddressesAsync(next.DnsSafeHost, either.Token).ConfigureAwait(false);
            result.Observe($"{next.Host} resolves to {AddressKind.Describe(addresses)}.");
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(addresses, next.Port, either.Token).ConfigureAwait(false);
            return result.Observe("A connection opens.");
        }
        catch (Exception unreachable) when (unreachable is SocketException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            var seen = unreachable is SocketException ? unreachable : new SocketException((int)SocketError.TimedOut);
            return result.Fail(FailureClassifier.Classify(seen, new ExchangeContext("a TCP connection", settings.RoleArn, RedactedUri.Of(host), settings.Region, Token: null, Attempts: 1)
            {
                FindRoute = () => endpoint.Route,
            }));
        }
    }
}
