using Amazon.Runtime;

namespace Irsa.Credentials.Refresh;

/// <summary>The real one overrides a method of the SDK, whose task is the runtime's.</summary>
internal sealed class SnapshotCredentials : AWSCredentials
{
    private readonly Task<ImmutableCredentials> _served;

    public SnapshotCredentials(Task<ImmutableCredentials> served, DateTimeOffset expiration)
    {
        _served = served;
        Expiration = expiration.UtcDateTime;
    }

    public override ImmutableCredentials GetCredentials() => _served.Result;
}
