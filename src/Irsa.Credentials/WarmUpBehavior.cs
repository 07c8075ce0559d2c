namespace Irsa.Credentials;

/// <summary>What happens with the credentials while the host starts. It takes no longer than <see cref="IrsaOptions.ExchangeTimeout"/>.</summary>
public enum WarmUpBehavior
{
    /// <summary>Nothing: the first request waits for the exchange.</summary>
    None = 0,

    /// <summary>They are fetched; where that fails the host starts all the same, the health check tells, and the exchange is repeated behind it.</summary>
    Attempt = 1,

    /// <summary>They are fetched; where that fails the start fails.</summary>
    Require = 2,
}
