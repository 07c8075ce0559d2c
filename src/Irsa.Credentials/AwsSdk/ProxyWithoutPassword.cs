using System.Net;
using Irsa.Credentials.Failures;

namespace Irsa.Credentials.AwsSdk;

/// <summary>
/// A proxy whose address has lost its user and password. .NET shows the address in exceptions, activities and events; it signs in with
/// <see cref="Credentials"/>, which for a proxy that a variable names hold the same user and password.
/// </summary>
/// <remarks>
/// The proxy settings of a Windows user may name several proxies, and .NET tries the next where one fails. It does so only for its own internal
/// interface, so behind this class it uses the first. That is accepted: such settings are a person's and not a pod's, and variables name one.
/// </remarks>
internal sealed class ProxyWithoutPassword : IWebProxy
{
    private readonly Lazy<IWebProxy> _proxy;

    public ProxyWithoutPassword(IWebProxy proxy) => _proxy = new(proxy);

    private ProxyWithoutPassword(Func<IWebProxy> find) => _proxy = new(find);

    /// <summary>The process's proxy, as its variables or the application set it. It is looked for at the first use, as .NET does: later than the application's start.</summary>
    public static ProxyWithoutPassword OfProcess() => new(static () => HttpClient.DefaultProxy);

    public ICredentials? Credentials
    {
        get => _proxy.Value.Credentials;
        set => _proxy.Value.Credentials = value;
    }

    public Uri? GetProxy(Uri destination) => _proxy.Value.GetProxy(destination) is { } address ? RedactedUri.WithoutUser(address) : null;

    public bool IsBypassed(Uri host) => _proxy.Value.IsBypassed(host);
}
