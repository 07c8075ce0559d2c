using System.Net;
using System.Net.Sockets;

namespace Irsa.Credentials.Diagnosis;

/// <summary>Says what kind of address a host has: a private one belongs to an interface endpoint, a public one needs a route out of the cluster.</summary>
internal static class AddressKind
{
    public static string Describe(IReadOnlyList<IPAddress> addresses) => addresses switch
    {
        [] => "no address",
        [var only] => $"{only} ({Of(only)})",
        [var first, ..] => $"{first} ({Of(first)}) and {addresses.Count - 1} more addresses",
    };

    private static string Of(IPAddress address)
    {
        if (IPAddress.IsLoopback(address))
        {
            return "loopback";
        }

        if (address.AddressFamily == AddressFamily.InterNetworkV6)
        {
            return address.IsIPv6UniqueLocal || address.IsIPv6LinkLocal ? "private" : "public";
        }

        return address.GetAddressBytes() switch
        {
            [10, ..] or [192, 168, ..] or [169, 254, ..] or [172, >= 16 and <= 31, ..] or [100, >= 64 and <= 127, ..] => "private",
            _ => "public",
        };
    }
}
