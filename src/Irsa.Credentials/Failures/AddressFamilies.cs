using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Irsa.Credentials.Failures;

/// <summary>Which addresses this machine has, apart from loopback and link-local ones.</summary>
internal static class AddressFamilies
{
    /// <summary>Without a route to IPv4 addresses, of a machine that has none itself, the family is what is wrong; anything else remains as it is.</summary>
    public static SocketError Explain(SocketError error, IReadOnlyList<IPAddress> addresses) => Explain(error, addresses, OwnFamilies);

    internal static SocketError Explain(SocketError error, IReadOnlyList<IPAddress> addresses, Func<IReadOnlySet<AddressFamily>> ownFamilies) =>
        error is SocketError.NetworkUnreachable or SocketError.HostUnreachable
        && addresses.All(static address => address.AddressFamily == AddressFamily.InterNetwork)
        && ownFamilies() is var own && own.Contains(AddressFamily.InterNetworkV6) && !own.Contains(AddressFamily.InterNetwork)
            ? SocketError.AddressFamilyNotSupported
            : error;

    private static HashSet<AddressFamily> OwnFamilies()
    {
        try
        {
            return NetworkInterface.GetAllNetworkInterfaces()
                .Where(static link => link.OperationalStatus == OperationalStatus.Up && link.NetworkInterfaceType != NetworkInterfaceType.Loopback)
                .SelectMany(static link => link.GetIPProperties().UnicastAddresses)
                .Where(static unicast => !unicast.Address.IsIPv6LinkLocal)
                .Select(static unicast => unicast.Address.AddressFamily)
                .ToHashSet();
        }
        catch (NetworkInformationException)
        {
            return [];
        }
    }
}
