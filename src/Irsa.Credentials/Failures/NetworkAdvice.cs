using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Irsa.Credentials.Failures;

/// <summary>What works today and is likely to cause trouble: slow names and silent addresses.</summary>
internal static class NetworkAdvice
{
    public const string SlowDnsRemedy =
        "Check the pods of CoreDNS and their limits. A lost first query is typical of a node whose connection tracking is full or races; NodeLocal DNSCache avoids it.";

    public static string SlowDns(TimeSpan took) => string.Create(
        CultureInfo.InvariantCulture,
        $"DNS took {took.TotalSeconds:0.0} seconds. The system repeats a lost query after 5 seconds, so the first one was probably lost.");

    public static string DeadAddress(IPAddress dead, IPAddress open) =>
        $"The address {dead} ({Family(dead)}) does not answer; {open} ({Family(open)}) does. The library tries the next address after a moment, but other programs may wait for minutes.";

    public static string DeadAddressRemedy(IPAddress dead) =>
        $"Give the pod's {Family(dead)} traffic a way to the host (route, network policy, security group), or remove the {Family(dead)} address from what the pod's DNS answers.";

    private static string Family(IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6 ? "IPv6" : "IPv4";
}
