namespace Irsa.Credentials.BypassGuard;

/// <summary>Ends the guard's watch when the container is disposed. The container makes it with this library's first service.</summary>
internal sealed class BypassGuardLifetime : IDisposable
{
    private readonly ClientVerifier _verifier;

    public BypassGuardLifetime(ClientVerifier verifier) => _verifier = verifier;

    public void Dispose() => _verifier.EndWatch();
}
