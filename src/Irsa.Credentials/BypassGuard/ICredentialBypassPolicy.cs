using Amazon.Runtime;
using Irsa.Credentials.Failures;

namespace Irsa.Credentials.BypassGuard;

/// <summary>Knows of a container whose clients have not all been seen yet.</summary>
internal interface ICredentialBypassPolicy
{
    /// <summary>Null where the client may sign with these credentials as far as this container is concerned.</summary>
    Failure? Judge(Type client, AWSCredentials credentials);
}
