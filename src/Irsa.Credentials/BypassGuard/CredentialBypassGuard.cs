using System.Runtime.CompilerServices;
using Amazon.Runtime;
using Irsa.Credentials.AwsSdk;

namespace Irsa.Credentials.BypassGuard;

/// <summary>
/// Refuses requests that are about to be signed with credentials that the application did not choose. It guards containers that neither a host
/// nor the application has verified, and containers whose clients show their credentials only when they sign.
/// </summary>
internal static class CredentialBypassGuard
{
    private static readonly object Gate = new();

    /// <summary>What was accepted, so that only the first request of a client pays for an evaluation.</summary>
    private static readonly ConditionalWeakTable<AWSCredentials, AcceptedClients> Accepted = [];

    private static volatile WeakReference<ICredentialBypassPolicy>[] _policies = [];
    private static int _watched;

    public static void Watch(ICredentialBypassPolicy policy)
    {
        lock (Gate)
        {
            _watched++;
            _policies = [.. Living(), new WeakReference<ICredentialBypassPolicy>(policy)];
            ForeignCredentialsCheck.Use(Require);
        }
    }

    /// <exception cref="IrsaException">The client belongs to a container with <c>AddIrsaAws</c>, whose credentials it does not use (IRSA501).</exception>
    public static void Require(Type client, AWSCredentials credentials)
    {
        var policies = _policies;
        if (!IsWatched(policies))
        {
            return;
        }

        // The identity of the whole process may be replaced by another.
        var signer = credentials is ProcessCredentials process ? process.Current ?? process : credentials;
        var version = VersionOf(policies);
        if (Accepted.TryGetValue(signer, out var accepted) && accepted.Contains(client, version))
        {
            return;
        }

        foreach (var known in policies)
        {
            if (known.TryGetTarget(out var policy) && !policy.IsSettled && policy.Evaluate(client, credentials) is { } failure)
            {
                throw failure.ToException();
            }
        }

        Accepted.GetValue(signer, static _ => new AcceptedClients()).Add(client, version);
    }

    private static bool IsWatched(WeakReference<ICredentialBypassPolicy>[] policies)
    {
        foreach (var known in policies)
        {
            if (known.TryGetTarget(out var policy) && !policy.IsSettled)
            {
                return true;
            }
        }

        return false;
    }

    private static int VersionOf(WeakReference<ICredentialBypassPolicy>[] policies)
    {
        var version = Volatile.Read(ref _watched);
        foreach (var known in policies)
        {
            if (known.TryGetTarget(out var policy))
            {
                version = HashCode.Combine(version, policy.Version, policy.IsSettled);
            }
        }

        return version;
    }

    private static IEnumerable<WeakReference<ICredentialBypassPolicy>> Living() => _policies.Where(static known => known.TryGetTarget(out _));

    /// <summary>The types of clients that may sign with some credentials: few, so that a search is cheaper than a table.</summary>
    private sealed class AcceptedClients
    {
        private volatile (Type Client, int Version)[] _clients = [];

        public bool Contains(Type client, int version)
        {
            foreach (var known in _clients)
            {
                if (known.Client == client && known.Version == version)
                {
                    return true;
                }
            }

            return false;
        }

        public void Add(Type client, int version)
        {
            lock (this)
            {
                _clients = [.. _clients.Where(known => known.Client != client), (client, version)];
            }
        }
    }
}
