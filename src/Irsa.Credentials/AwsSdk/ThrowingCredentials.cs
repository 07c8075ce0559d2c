using Amazon.Runtime;
using Irsa.Credentials.Failures;

namespace Irsa.Credentials.AwsSdk;

/// <summary>
/// Stands in shared options for a profile that this machine does not have. Without it the SDK would use its default chain. An application
/// that only reads the options is not disturbed.
/// </summary>
internal sealed class ThrowingCredentials : AWSCredentials
{
    public ThrowingCredentials(string fault) => Fault = fault;

    public string Fault { get; }

    /// <exception cref="IrsaException">Always (IRSA501).</exception>
    public override ImmutableCredentials GetCredentials() => throw RegistrationFailures.CredentialsBypassed([Fault]).ToException();
}
