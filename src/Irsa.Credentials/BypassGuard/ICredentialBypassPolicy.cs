using Amazon.Runtime;
using Irsa.Credentials.Failures;

namespace Irsa.Credentials.BypassGuard;

/// <summary>Knows a container whose clients have not all been seen yet.</summary>
internal interface ICredentialBypassPolicy
{
    /// <summary>Gets what differs whenever an evaluation may have another result for the same client and credentials. Cheap.</summary>
    int Version { get; }

    /// <summary>Gets a value indicating whether all clients have been seen, so that there is nothing to evaluate. Cheap.</summary>
    bool IsSettled { get; }

    /// <summary>Null where the client may sign with these credentials as far as this container is concerned.</summary>
    Failure? Evaluate(Type client, AWSCredentials credentials);
}
