using System.Globalization;
using Irsa.Credentials.Failures;
using Irsa.Credentials.Tokens;
using static Irsa.Credentials.Failures.DisplayText;

namespace Irsa.Credentials.Diagnosis;

/// <summary>Compares the token's claims with what STS requires and with the local clock. STS decides, so most findings are warnings.</summary>
internal static class TokenCheck
{
    private const string ServiceAccountPrefix = "system:serviceaccount:";

    public static CheckResultBuilder Run(DoctorContext context)
    {
        if (context.NotAToken is { } failure)
        {
            return new CheckResultBuilder().Fail(failure);
        }

        if (context.Token?.Claims is not { } claims)
        {
            return CheckResultBuilder.Skipped("No token could be read.");
        }

        var now = context.Time.GetUtcNow();
        var result = new CheckResultBuilder().Observe(
            $"Subject {Shown(claims.Subject)}, issuer {Shown(claims.Issuer)}, audience {(claims.Audience.Count == 0 ? "(none)" : string.Join(", ", claims.Audience.Select(Quote)))}, "
            + $"{(claims.PodName is { } pod ? $"pod {Quote(pod)}, " : string.Empty)}algorithm {Shown(claims.Algorithm)}, key {Shown(claims.KeyId)}. {Lifetime(claims, now)}");
        CheckClaims(claims, result);
        CheckTimes(claims, now, result, context is { IsExchangeRequested: true, Settings: not null });
        return result;
    }

    private static string Shown(string? claim) => claim is null ? "(none)" : Quote(claim);

    private static string Lifetime(TokenClaims claims, DateTimeOffset now)
    {
        var issued = claims.IssuedAt is { } time ? $"Issued {DurationText.Relative(time, now)}, " : "The token ";
        return claims.Expiration is { } expires
            ? string.Create(CultureInfo.InvariantCulture, $"{issued}{(expires > now ? "expires" : "expired")} {DurationText.Relative(expires, now)} ({expires:u}).")
            : $"{issued}without an expiration.";
    }

    private static void CheckClaims(TokenClaims claims, CheckResultBuilder result)
    {
        if (!claims.Audience.Contains(TrustPolicy.DefaultAudience) && !TrustPolicy.IsBuiltInIssuer(claims.Issuer))
        {
            result.Warn(StsFailures.UnusualAudience(claims.Audience));
        }

        if (claims.Subject?.StartsWith(ServiceAccountPrefix, StringComparison.Ordinal) != true)
        {
            result.Warn("The subject is not a Kubernetes service account.", "Check that AWS_WEB_IDENTITY_TOKEN_FILE names the pod's projected token.");
        }

        if (claims.Algorithm is not ("RS256" or "RS384" or "RS512" or "ES256" or "ES384" or "ES512"))
        {
            result.Warn(StsFailures.UnusualAlgorithm(claims.Algorithm));
        }
    }

    /// <summary>The local clock may be wrong: if STS is called, it says whether the token has expired.</summary>
    private static void CheckTimes(TokenClaims claims, DateTimeOffset now, CheckResultBuilder result, bool stsDecides)
    {
        if (claims.Expiration <= now)
        {
            var expired = TokenFileFailures.ExpiredByLocalClock();
            _ = stsDecides ? result.Warn(expired) : result.Fail(expired);
        }
        else if (claims is { IssuedAt: { } issued, Expiration: { } expires } && TokenRotation.IsOverdue(claims, now))
        {
            result.Warn(TokenFileFailures.NotRotated(issued, expires));
        }

        if (claims.IssuedAt > now + ClockSkew.Tolerance || claims.NotBefore > now + ClockSkew.Tolerance)
        {
            result.Warn("By the local clock the token was issued in the future, so the clock is slow.", "Correct the node's clock (chrony or another NTP client).");
        }
    }
}
