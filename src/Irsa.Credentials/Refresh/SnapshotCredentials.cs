using Amazon.Runtime;

namespace Irsa.Credentials.Refresh;

/// <summary>One snapshot as the SDK's credentials: however often a request asks, key and token belong together.</summary>
internal sealed class SnapshotCredentials : AWSCredentials
{
    private readonly Task<ImmutableCredentials> _served;

    public SnapshotCredentials(Task<ImmutableCredentials> served, DateTimeOffset expiration)
    {
        _served = served;
        Expiration = expiration.UtcDateTime;
    }

    /// <summary>Gets or sets the cache that holds it; set when a request is first signed with it.</summary>
    public CredentialCache? Source { get; set; }

    public override ImmutableCredentials GetCredentials() => _served.Result;

    public override Task<ImmutableCredentials> GetCredentialsAsync() => _served;
}
