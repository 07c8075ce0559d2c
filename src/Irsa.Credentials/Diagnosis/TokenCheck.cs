using Irsa.Credentials.Configuration;
using Irsa.Credentials.Failures;
using Irsa.Credentials.Tokens;

namespace Irsa.Credentials.Diagnosis;

/// <summary>What the token says of itself, against what STS asks for and against the local clock. STS decides, so most of it only warns.</summary>
internal static class TokenCheck
{
    public static CheckResultBuilder Make(DoctorContext examination)
    {
        if (examination.NotAToken is { } failure)
        {
            return new CheckResultBuilder().Fail(failure);
        }

        if (examination.Token?.Claims is not { } claims)
        {
            return CheckResultBuilder.Skipped("No token could be read.");
        }

        var now = examination.Time.GetUtcNow();
        var finding = new CheckResultBuilder().Saw(
            $"{Shown(claims.Subject) ?? "no subject"}, issued by {Shown(claims.Issuer) ?? "nobody"} for {(claims.Audience.Count == 0 ? "no audience" : string.Join(' ', claims.Audience.Select(Shown)))}, "
            + $"{Shown(claims.Algorithm) ?? "no algorithm"}, key {Shown(claims.KeyId) ?? "-"}{(claims.PodName is { } pod ? $", pod {Shown(pod)}" : string.Empty)}; {DurationText.Life(claims, now)}.");
        JudgeClaims(claims, finding);
        JudgeTimes(claims, now, finding, examination is { AsksSts: true, Settings: not null });
        return finding;
    }

    private static string? Shown(string? claim) => claim is null ? null : ValidationErrors.Shown(claim);

    private static void JudgeClaims(TokenClaims claims, CheckResultBuilder finding)
    {
        if (claims.Audience.Contains("pods.eks.amazonaws.com"))
        {
            finding.Warn("The audience is that of EKS Pod Identity; STS does not take such a token for a web identity.", "Name the projected token of the volume aws-iam-token.", IrsaErrorCode.AudienceRejected);
        }
        else if (!claims.Audience.Contains(TrustPolicy.DefaultAudience))
        {
            finding.Warn(
                $"The audience is not {TrustPolicy.DefaultAudience}, in any partition the usual one.",
                "Where that is not meant, drop the eks.amazonaws.com/audience annotation, or check that the path is not the API server's token; else add the audience to the OIDC provider.",
                IrsaErrorCode.AudienceRejected);
        }

        if (claims.Subject?.StartsWith("system:serviceaccount:", StringComparison.Ordinal) != true)
        {
            finding.Warn("The subject is not a Kubernetes service account.", "Check that the path names the pod's projected token.");
        }

        if (claims.Algorithm is not ("RS256" or "RS384" or "RS512" or "ES256" or "ES384" or "ES512"))
        {
            finding.Warn("STS takes tokens signed with RS256 to RS512 or ES256 to ES512.", "Change the issuer's signing key.", IrsaErrorCode.TokenRejected);
        }
    }

    /// <summary>The local clock may be wrong: where STS is asked, it says whether the token has expired.</summary>
    private static void JudgeTimes(TokenClaims claims, DateTimeOffset now, CheckResultBuilder finding, bool stsDecides)
    {
        if (claims.Expiration <= now)
        {
            Failure expired = new(
                IrsaErrorCode.TokenExpired,
                IsPermanent: true,
                "By the local clock the token has expired.",
                "The kubelet has not replaced it, or the clock is fast: check the node's kubelet and clock, then recreate the pod.");
            _ = stsDecides ? finding.Warn(expired.Message, expired.Remedy, expired.Code) : finding.Fail(expired);
        }
        else if (TokenRotation.IsOverdue(claims, now))
        {
            finding.Warn("It is older than 80 % of its life, so the kubelet should have replaced it.", "Check the node's kubelet.", IrsaErrorCode.TokenNotRotated);
        }

        if (claims.IssuedAt > now + ClockSkew.Tolerance || claims.NotBefore > now + ClockSkew.Tolerance)
        {
            finding.Warn("By the local clock it was issued in the future, so the clock is slow.", "Check the node's clock.");
        }
    }
}
