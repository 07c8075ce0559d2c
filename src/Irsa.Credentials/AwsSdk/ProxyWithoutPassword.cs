using System.Net;
using Irsa.Credentials.Failures;

namespace Irsa.Credentials.AwsSdk;

/// <summary>
/// A proxy whose address has lost its user and password. .NET shows the address in exceptions, activities and events; it signs in with
/// <see cref="Credentials"/>, which for a proxy that a variable names hold the same user and password.
/// </summary>
internal sealed class ProxyWithoutPassword : IWebProxy
{
    private readonly IWebProxy _proxy;

    public ProxyWithoutPassword(IWebProxy proxy) => _proxy = proxy;

    /// <summary>The process's proxy, as its variables or the application set it.</summary>
    public static ProxyWithoutPassword OfProcess() => new(HttpClient.DefaultProxy);

    public ICredentials? Credentials
    {
        get => _proxy.Credentials;
        set => _proxy.Credentials = value;
    }

    public Uri? GetProxy(Uri destination) => _proxy.GetProxy(destination) is { } address ? RedactedUri.WithoutUser(address) : null;

    public bool IsBypassed(Uri host) => _proxy.IsBypassed(host);
}
