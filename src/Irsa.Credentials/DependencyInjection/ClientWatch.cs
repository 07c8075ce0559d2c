namespace Irsa.Credentials.DependencyInjection;

/// <summary>Ends with the container, and with it what that would refuse. Made with the first thing of ours that the container makes.</summary>
internal sealed class ClientWatch : IDisposable
{
    private readonly ClientRegistrations _registrations;

    public ClientWatch(ClientRegistrations registrations) => _registrations = registrations;

    public void Dispose() => _registrations.EndWatch();
}
