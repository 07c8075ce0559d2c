using Irsa.Credentials.Failures;

namespace Irsa.Credentials.BypassGuard;

/// <summary>
/// What the guard knows of one container: several may be built from the same services, one halfway through registration for instance. The
/// container makes it with this library's first service, and ends the guard's watch when it is disposed.
/// </summary>
internal sealed class BypassGuardLifetime : IDisposable
{
    private readonly ClientVerifier _verifier;
    private readonly AsyncLocal<bool> _isVerifying = new();
    private volatile Verification? _verification;
    private int _isEnded;

    public BypassGuardLifetime(ClientVerifier verifier)
    {
        _verifier = verifier;
        verifier.BeginWatch();
    }

    public bool IsVerified => _verification is not null;

    /// <summary>What is wrong with the container's clients; null where nothing is, and for a call that the verification itself makes.</summary>
    public Failure? Verify(Func<Failure?> find)
    {
        // A factory of options may ask for a client, whose making comes here again. No lock: it would be held while the application's code runs.
        if (_verification is null && !_isVerifying.Value)
        {
            _isVerifying.Value = true;
            try
            {
                _verification = new Verification(find());
            }
            finally
            {
                _isVerifying.Value = false;
            }
        }

        return _verification?.Failure;
    }

    public void EndWatch()
    {
        if (Interlocked.Exchange(ref _isEnded, 1) == 0)
        {
            _verifier.EndWatchOfContainer();
        }
    }

    public void Dispose() => EndWatch();

    /// <param name="Failure">Null where nothing is wrong.</param>
    private sealed record Verification(Failure? Failure);
}
