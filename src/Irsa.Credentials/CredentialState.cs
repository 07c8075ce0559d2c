namespace Irsa.Credentials;

/// <summary>Whether a provider has usable credentials, and whether their refresh works.</summary>
public enum CredentialState
{
    /// <summary>Nobody has asked for credentials yet.</summary>
    Pending = 0,

    /// <summary>Credentials are valid, and the last exchange succeeded.</summary>
    Valid = 1,

    /// <summary>Credentials are valid, but their refresh fails, or that of the first role which they depend on.</summary>
    RefreshFailing = 2,

    /// <summary>No credentials are usable, or a service has rejected them and their replacement is in progress.</summary>
    Unavailable = 3,

    /// <summary>The provider is disposed.</summary>
    Disposed = 4,
}
