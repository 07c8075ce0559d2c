using Amazon.Runtime;
using Amazon.SecurityToken.Model;
using Irsa.Credentials.Configuration;
using Irsa.Credentials.Failures;
using Irsa.Credentials.Refresh;

namespace Irsa.Credentials.Sts;

/// <summary>Judges an answer of STS: complete, for the role that was asked for, and not expired already.</summary>
internal static class StsResponseValidator
{
    /// <summary>What STS grants when no duration is asked for.</summary>
    public static readonly TimeSpan DefaultDuration = TimeSpan.FromHours(1);

    /// <exception cref="IrsaException">The answer cannot be used.</exception>
    public static ExchangeResult Judge(
        Amazon.SecurityToken.Model.Credentials? keys,
        AssumedRoleUser? role,
        DateTimeOffset? serverTime,
        DateTimeOffset localTime,
        TimeSpan requested,
        ExchangeContext context)
    {
        if (keys is null && role is null)
        {
            throw NetworkFailures.NotSts("its body holds nothing of an STS response, as a sign-in page does", context).ToException();
        }

        if (keys is not { AccessKeyId.Length: > 0, SecretAccessKey.Length: > 0, SessionToken.Length: > 0, Expiration: { } expiration }
            || role?.Arn is not { Length: > 0 } assumed)
        {
            throw StsFailures.InvalidResponse("the credentials in the response are incomplete", context).ToException();
        }

        if (!AssumedRoleArn.IsSessionOf(assumed, context.RoleArn))
        {
            throw StsFailures.OtherRole(assumed, context).ToException();
        }

        var expires = new DateTimeOffset(expiration.ToUniversalTime());
        var lifetime = SessionLifetime.Judge(expires, serverTime, localTime, requested);
        if (lifetime <= TimeSpan.Zero)
        {
            throw StsFailures.Expired(expires, serverTime, context).ToException();
        }

        return new ExchangeResult
        {
            Keys = new ImmutableCredentials(keys.AccessKeyId, keys.SecretAccessKey, keys.SessionToken, AssumedRoleArn.AccountOf(assumed)),
            AssumedRoleArn = assumed,
            Expiration = expires,
            Lifetime = lifetime,
            SentAt = 0,
        };
    }
}
