using System.Net;
using System.Net.Sockets;
using Irsa.Credentials.AwsSdk;
using Irsa.Credentials.Failures;

namespace Irsa.Credentials.Diagnosis;

/// <summary>The way to STS: which host, through which proxy, to which address, and whether anybody listens there.</summary>
internal static class NetworkCheck
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(3);

    public static async Task<CheckResultBuilder> MakeAsync(DoctorContext examination, CancellationToken cancellationToken)
    {
        if (examination is not { Settings: { } settings, Connection: { } connection })
        {
            return CheckResultBuilder.Skipped("Without valid settings it is not known which host to ask.");
        }

        var route = StsEndpointInfo.Of(connection, settings.RoleArn);
        var (host, next) = (route.Host, route.Proxy ?? route.Host);
        var finding = new CheckResultBuilder().Saw($"{host.Host}, port {host.Port}, {(route.ProxyName is { } proxy ? $"through the proxy {proxy}" : "no proxy")}.");
        using var limit = new CancellationTokenSource(LongestWait, examination.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            var addresses = await Dns.GetHostAddressesAsync(next.DnsSafeHost, either.Token).ConfigureAwait(false);
            finding.Saw($"{next.Host} is {AddressKind.Describe(addresses)}.");
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(addresses, next.Port, either.Token).ConfigureAwait(false);
            return finding.Saw("A connection opens.");
        }
        catch (Exception unreachable) when (unreachable is SocketException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            var seen = unreachable is SocketException ? unreachable : new SocketException((int)SocketError.TimedOut);
            return finding.Fail(FailureClassifier.Classify(seen, new ExchangeContext("a TCP connection", settings.RoleArn, RedactedUri.Of(host), settings.Region, Token: null, Attempts: 1)
            {
                FindProxy = () => route.ProxyName,
            }));
        }
    }
}
