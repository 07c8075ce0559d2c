using Amazon.Runtime;
using Irsa.Credentials.Failures;

namespace Irsa.Credentials.AwsSdk;

/// <summary>
/// What the SDK's default chain finds in a process that is given one identity. The chain keeps its answer for ever and swallows the
/// exceptions of its sources, so the answer is always this object, and each use looks for the identity behind it.
/// </summary>
internal sealed class ProcessCredentials : AWSCredentials
{
    private readonly object _gate = new();
    private volatile AWSCredentials[] _sources = [];

    private ProcessCredentials()
    {
    }

    public static ProcessCredentials Instance { get; } = new();

    public override DateTime? Expiration => Source.Expiration;

    /// <summary>Gets the newest source that is not disposed.</summary>
    /// <exception cref="IrsaException">No source is available (IRSA505).</exception>
    public AWSCredentials Source => Current ?? throw RegistrationFailures.NoProcessIdentity().ToException();

    /// <summary>Gets the newest source that is not disposed; null without one.</summary>
    public AWSCredentials? Current
    {
        get
        {
            // Every request of a client without credentials comes here.
            var sources = _sources;
            for (var last = sources.Length - 1; last >= 0; last--)
            {
                if (IsAlive(sources[last]))
                {
                    return sources[last];
                }
            }

            return null;
        }
    }

    /// <summary>Gets the role of that source; null without one, and for what the SDK's own chain has found.</summary>
    public string? RoleArn => (Current as WebIdentityTokenCredentials)?.Cache.RoleArn;

    /// <summary>Repeating it is harmless. Several identities may have one role; the last that lives is used.</summary>
    /// <param name="source">This library's, or what the SDK's own chain has found where the application names that.</param>
    /// <exception cref="IrsaException">The process has the identity of another role (IRSA505).</exception>
    public void Add(AWSCredentials source)
    {
        lock (_gate)
        {
            // What the SDK's chain has found belongs to no container, so it gives way to the next one's identity.
            var living = Array.FindAll(_sources, known => known is WebIdentityTokenCredentials && IsAlive(known) && known != source);
            if (Array.Find(living, known => RoleOf(known) != RoleOf(source)) is { } other)
            {
                throw RegistrationFailures.OtherProcessIdentity(RoleOf(other), RoleOf(source)).ToException();
            }

            _sources = [.. living, source];
        }
    }

    public override ImmutableCredentials GetCredentials() => Source.GetCredentials();

    public override Task<ImmutableCredentials> GetCredentialsAsync() => Source.GetCredentialsAsync();

    private static bool IsAlive(AWSCredentials source) => source is not WebIdentityTokenCredentials { Cache.IsDisposed: true };

    private static string RoleOf(AWSCredentials source) => source is WebIdentityTokenCredentials identity ? identity.Cache.RoleArn : "the SDK's default chain";
}
