using Irsa.Credentials.Failures;
using Irsa.Credentials.Tokens;

namespace Irsa.Credentials.Telemetry;

/// <summary>
/// Is told what an operator should know although the exchange goes on or has succeeded. It is told within the exchange, so callers wait
/// for it.
/// </summary>
internal interface IExchangeObserver
{
    /// <summary>The token was read; <paramref name="warning"/> says what is wrong with its file nevertheless, null nothing.</summary>
    void TokenRead(Failure? warning);

    /// <summary>STS found the token expired; the exchange now waits for the kubelet to replace it.</summary>
    void TokenExpired(Failure failure);

    /// <summary>The role's maximum is below the duration asked for; 1 hour is asked for from now on.</summary>
    void DurationRefused(Failure failure);

    /// <summary>STS accepted this token; its clock and the local one said this.</summary>
    void Exchanged(TokenClaims token, DateTimeOffset? serverTime, DateTimeOffset localTime);
}
