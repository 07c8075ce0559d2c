using Amazon.Runtime;
using Irsa.Credentials.Failures;

namespace Irsa.Credentials.AwsSdk;

/// <summary>
/// What the SDK's default chain finds in a process that is given one identity. The chain keeps its answer for ever and swallows the
/// exceptions of its sources, so the answer is always this object, and whether there is an identity is found out at each use.
/// </summary>
internal sealed class ProcessCredentials : AWSCredentials
{
    private readonly object _gate = new();
    private volatile IReadOnlyList<AWSCredentials> _sources = [];

    private ProcessCredentials()
    {
    }

    public static ProcessCredentials Instance { get; } = new();

    public override DateTime? Expiration => Source.Expiration;

    /// <summary>Gets the source that came last and is not disposed.</summary>
    /// <exception cref="IrsaException">There is none (IRSA505).</exception>
    public AWSCredentials Source => _sources.LastOrDefault(IsAlive) ?? throw RegistrationFailures.NoProcessIdentity().ToException();

    /// <summary>Gets the role of that source; null while there is none, and for what the SDK's own chain has found.</summary>
    public string? RoleArn => (_sources.LastOrDefault(IsAlive) as WebIdentityTokenCredentials)?.Cache.RoleArn;

    /// <summary>Repeating it is harmless; so are several identities of one role, of which the last that lives is used.</summary>
    /// <param name="source">This library's, or what the SDK's own chain has found where the application names that.</param>
    /// <exception cref="IrsaException">The process has the identity of another role (IRSA505).</exception>
    public void Add(AWSCredentials source)
    {
        lock (_gate)
        {
            // What the SDK's chain has found belongs to no container, so it gives way to the next one's identity.
            var living = _sources.Where(known => known is WebIdentityTokenCredentials && IsAlive(known) && known != source).ToList();
            if (living.Find(known => RoleOf(known) != RoleOf(source)) is { } other)
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
