namespace Irsa.Credentials;

/// <summary>What happens with the credentials while the host starts. It takes no longer than <see cref="IrsaOptions.ExchangeTimeout"/>.</summary>
public enum WarmUpBehavior
{
    /// <summary>Nothing: the first request waits for the exchange.</summary>
    None = 0,

    /// <summary>They are fetched. Where that fails, the host starts nevertheless, the health check reports it, and the library keeps trying.</summary>
    BestEffort = 1,

    /// <summary>They are fetched. Where that fails, the host does not start.</summary>
    Require = 2,
}
