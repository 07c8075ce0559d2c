namespace Irsa.Credentials;

/// <summary>Where the first role's credentials come from. Only what is named here is ever used.</summary>
public enum CredentialSource
{
    /// <summary>IRSA: the web identity token, exchanged at STS. The default.</summary>
    WebIdentity,

    /// <summary>
    /// The endpoint for credentials that EKS Pod Identity or ECS injects (<c>AWS_CONTAINER_CREDENTIALS_FULL_URI</c> or
    /// <c>AWS_CONTAINER_CREDENTIALS_RELATIVE_URI</c>).
    /// </summary>
    PodIdentity,

    /// <summary>
    /// Whichever of the two is injected, for an application that runs on both kinds of cluster or moves from one to the other. If both are
    /// injected it is web identity, as in the AWS SDKs; the first log line says so. A half-injected web identity is an error.
    /// </summary>
    Injected,
}
