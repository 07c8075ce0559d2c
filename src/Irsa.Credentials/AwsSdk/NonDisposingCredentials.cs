using Amazon.Runtime;

namespace Irsa.Credentials.AwsSdk;

/// <summary>
/// What the SDK's default chain has found, where the application names that chain. The SDK shares it with the whole process and may have
/// made it disposable. A container disposes what it has made, so it gets this wrapper.
/// </summary>
internal sealed class NonDisposingCredentials : AWSCredentials
{
    private readonly AWSCredentials _found;

    public NonDisposingCredentials(AWSCredentials found) => _found = found;

    public override DateTime? Expiration => _found.Expiration;

    public override ImmutableCredentials GetCredentials() => _found.GetCredentials();

    public override Task<ImmutableCredentials> GetCredentialsAsync() => _found.GetCredentialsAsync();
}
