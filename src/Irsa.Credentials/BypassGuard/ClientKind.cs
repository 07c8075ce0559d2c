namespace Irsa.Credentials.BypassGuard;

/// <summary>Who makes a client of the container.</summary>
internal enum ClientKind
{
    /// <summary><c>AddClient</c>: it has ours.</summary>
    Ours,

    /// <summary><c>AddAWSService</c>.</summary>
    Sdk,

    /// <summary>The application, later: by a factory or from a type.</summary>
    Factory,

    /// <summary>The application, already.</summary>
    Instance,
}
