using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Irsa.Credentials.Failures;

/// <summary>Which addresses this machine has, apart from loopback and link-local ones.</summary>
internal static class AddressFamilies
{
    public static bool OnlyIPv6
    {
        get
        {
            try
            {
                var families = NetworkInterface.GetAllNetworkInterfaces()
                    .Where(static link => link.OperationalStatus == OperationalStatus.Up && link.NetworkInterfaceType != NetworkInterfaceType.Loopback)
                    .SelectMany(static link => link.GetIPProperties().UnicastAddresses)
                    .Where(static unicast => !unicast.Address.IsIPv6LinkLocal)
                    .Select(static unicast => unicast.Address.AddressFamily)
                    .ToHashSet();
                return families.Contains(AddressFamily.InterNetworkV6) && !families.Contains(AddressFamily.InterNetwork);
            }
            catch (NetworkInformationException)
            {
                return false;
            }
        }
    }
}
