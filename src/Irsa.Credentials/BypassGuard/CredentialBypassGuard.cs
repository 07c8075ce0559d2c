using Amazon.Runtime;

namespace Irsa.Credentials.BypassGuard;

/// <summary>
/// Refuses requests that are about to be signed with something that nobody named, in containers which no host has started and nobody has
/// verified, and in those whose clients only show it now. With none of these it costs one read.
/// </summary>
internal static class CredentialBypassGuard
{
    private static readonly object Gate = new();
    private static volatile WeakReference<ICredentialBypassPolicy>[] _judges = [];

    public static void Watch(ICredentialBypassPolicy judge)
    {
        lock (Gate)
        {
            _judges = [.. Living(), new WeakReference<ICredentialBypassPolicy>(judge)];
        }
    }

    public static void Release(ICredentialBypassPolicy judge)
    {
        lock (Gate)
        {
            _judges = [.. Living().Where(known => !(known.TryGetTarget(out var target) && target == judge))];
        }
    }

    /// <exception cref="IrsaException">The client belongs to a container with <c>AddIrsaAws</c> that it bypasses (IRSA501).</exception>
    public static void Require(Type client, object? identity)
    {
        if (_judges.Length == 0 || identity is not AWSCredentials credentials)
        {
            return;
        }

        foreach (var judge in _judges)
        {
            if (judge.TryGetTarget(out var target) && target.Judge(client, credentials) is { } failure)
            {
                throw failure.ToException();
            }
        }
    }

    private static IEnumerable<WeakReference<ICredentialBypassPolicy>> Living() => _judges.Where(static known => known.TryGetTarget(out _));
}
