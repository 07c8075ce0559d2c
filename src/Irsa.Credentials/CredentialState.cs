namespace Irsa.Credentials;

/// <summary>How a provider is doing.</summary>
public enum CredentialState
{
    /// <summary>Nobody has asked for credentials yet.</summary>
    Pending = 0,

    /// <summary>Valid credentials, and the last exchange succeeded.</summary>
    Valid = 1,

    /// <summary>Valid credentials are served while their refresh fails.</summary>
    RefreshFailing = 2,

    /// <summary>No usable credentials, or a service has rejected them and their replacement is under way.</summary>
    Unavailable = 3,

    /// <summary>The provider is disposed.</summary>
    Disposed = 4,
}
