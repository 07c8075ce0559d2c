namespace Irsa.Credentials.BypassGuard;

/// <summary>Ends with the container, and with it what that would refuse. Made with the first thing of ours that the container makes.</summary>
internal sealed class BypassGuardLifetime : IDisposable
{
    private readonly ClientVerifier _registrations;

    public BypassGuardLifetime(ClientVerifier registrations) => _registrations = registrations;

    public void Dispose() => _registrations.EndWatch();
}
