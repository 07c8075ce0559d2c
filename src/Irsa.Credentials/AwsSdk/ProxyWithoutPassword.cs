using System.Net;

namespace Irsa.Credentials.AwsSdk;

/// <summary>
/// A proxy whose address has lost its user and password. .NET does not sign in with them, but shows the address in exceptions, activities and events.
/// </summary>
internal sealed class ProxyWithoutPassword : IWebProxy
{
    private readonly IWebProxy _proxy;

    public ProxyWithoutPassword(IWebProxy proxy) => _proxy = proxy;

    public ICredentials? Credentials
    {
        get => _proxy.Credentials;
        set => _proxy.Credentials = value;
    }

    public Uri? GetProxy(Uri destination)
    {
        var address = _proxy.GetProxy(destination);
        return address is { UserInfo.Length: > 0 } ? new UriBuilder(address) { UserName = string.Empty, Password = string.Empty }.Uri : address;
    }

    public bool IsBypassed(Uri host) => _proxy.IsBypassed(host);
}
