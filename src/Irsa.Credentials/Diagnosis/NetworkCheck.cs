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
    private static readonly TimeSpan LongestResolution = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan SlowResolution = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan OthersWait = TimeSpan.FromMilliseconds(500);

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
        else if (context.Environment.StsEndpoint is (var variable, var address) && settings.StsEndpoint?.OriginalString == address)
        {
            result.Observe($"It comes from {variable}.");
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

        try
        {
            var addresses = await ResolveAsync(context, next.DnsSafeHost, result, cancellationToken).ConfigureAwait(false);
            result.Observe($"{next.Host} resolves to {AddressKind.Describe(addresses)}.");
            await ConnectAsync(context, addresses, next.Port, result, cancellationToken).ConfigureAwait(false);
            return result;
        }
        catch (SocketException seen)
        {
            // The exchange would wait as long once more, and end alike.
            context.IsStsSilent = seen.SocketErrorCode is SocketError.TimedOut or SocketError.TryAgain;
            return result.Fail(FailureClassifier.Classify(seen, new ExchangeContext("a TCP connection", settings.RoleArn, () => RedactedUri.Of(host), settings.Region, context.Token?.Claims, Attempts: 1)
            {
                IsAws = Partition.Owns(settings.StsEndpoint),
                FindRoute = () => endpoint.Route,
            }));
        }
    }

    /// <summary>The system asks a second time after 5 seconds. Without an answer the name counts as not resolved.</summary>
    private static async Task<IPAddress[]> ResolveAsync(DoctorContext context, string host, CheckResultBuilder result, CancellationToken cancellationToken)
    {
        var started = context.Time.GetTimestamp();
        var longest = context.LimitOf(LongestResolution);
        using var limit = new CancellationTokenSource(longest, context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            // On Linux a thread waits for the answer, whatever the token says.
            var addresses = await Dns.GetHostAddressesAsync(host, either.Token).WaitAsync(either.Token).ConfigureAwait(false);
            if (context.Time.GetElapsedTime(started) is var took && took >= SlowResolution)
            {
                result.Warn(NetworkAdvice.SlowDns(took), NetworkAdvice.SlowDnsRemedy);
            }

            return addresses.Length > 0 ? addresses : throw new SocketException((int)SocketError.NoData);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            result.Observe($"The DNS did not answer within {DurationText.Of(longest)}.");
            throw new SocketException((int)SocketError.TryAgain);
        }
    }

    /// <summary>Tries all addresses at once. One that answers is enough; one that stays silent beside it is worth a warning.</summary>
    private static async Task ConnectAsync(DoctorContext context, IPAddress[] addresses, int port, CheckResultBuilder result, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(context.LimitOf(LongestWait), context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var attempts = addresses.Select(async address =>
        {
            var error = await ConnectAsync(address, port, either.Token).ConfigureAwait(false);
            if (error is null)
            {
                limit.CancelAfter(OthersWait);
            }

            return (Address: address, Error: error);
        });
        var outcomes = await Task.WhenAll(attempts).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        if (outcomes.FirstOrDefault(static outcome => outcome.Error is null).Address is not { } open)
        {
            throw new SocketException((int)AddressFamilies.Explain(outcomes[0].Error!.Value, addresses));
        }

        result.Observe("A connection opens.");

        // A pod without IPv6 has no route to such addresses, and costs nothing.
        if (Array.FindAll(outcomes, static outcome => outcome.Error is SocketError.TimedOut or SocketError.ConnectionRefused) is [var dead, ..])
        {
            result.Warn(NetworkAdvice.DeadAddress(dead.Address, open), NetworkAdvice.DeadAddressRemedy(dead.Address));
        }
    }

    private static async Task<SocketError?> ConnectAsync(IPAddress address, int port, CancellationToken cancellationToken)
    {
        try
        {
            using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(new IPEndPoint(address, port), cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (SocketException failed)
        {
            return failed.SocketErrorCode;
        }
        catch (OperationCanceledException)
        {
            return SocketError.TimedOut;
        }
    }
}
