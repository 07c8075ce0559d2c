using Irsa.Credentials.Testing;

namespace Irsa.Credentials.Campaign;

/// <summary>What STS can do wrong: all faults of LocalAws.</summary>
internal static class StsFaults
{
    public static IEnumerable<CampaignFault> All { get; } =
    [
        CampaignFault.None,
        Of("refused: trust policy", Fault.Error(403, "AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity")),
        Of("refused: claim", StsFault.ClaimRejected()),
        Of("refused: thumbprint", StsFault.ThumbprintMismatch()),
        Of("refused: region disabled", StsFault.RegionDisabled()),
        Of("refused: packed policy", StsFault.PackedPolicyTooLarge()),
        Of("issuer unreachable", StsFault.IssuerUnreachable()),
        Of("key not retrieved", StsFault.KeyNotRetrieved()),
        Of("throttled, 400", Fault.Throttle()),
        Of("throttled, 429", Fault.TooManyRequests()),
        Of("throttled, 503", Fault.SlowDown()),
        Of("500", Fault.ServerError()),
        Of("503", Fault.ServerError(503)),
        Of("no answer", Fault.Hang()),
        Of("answer after 1 s", Fault.Slow(TimeSpan.FromSeconds(1))),
        Of("answer after 3 s", Fault.Slow(TimeSpan.FromSeconds(3))),
        Of("connection reset", Fault.Reset()),
        Of("connection closed within the body", Fault.Truncated()),
        Of("half an answer", StsFault.HalfResponse()),
        Of("empty answer", Fault.Empty()),
        Of("HTML with 200", Fault.HtmlPage()),
        Of("HTML with 403", Fault.HtmlPage(403)),
        Of("redirect", Fault.Error(302, "Found", "moved")),
        Of("expired session", Fault.ExpiredCredentials()),
        Of("session of another role", Fault.OtherRole("arn:aws:iam::111122223333:role/other")),
        Of("session of 8 s", Fault.ShortSession(TimeSpan.FromSeconds(8))),
        Of("Date 20 min ahead", Fault.SkewedDate(TimeSpan.FromMinutes(20))),
        Of("Date 20 min behind", Fault.SkewedDate(TimeSpan.FromMinutes(-20))),
    ];

    /// <summary>Each answer of a healthy STS grants a short session.</summary>
    public static void Heal(LocalAws aws)
    {
        aws.Sts.Faults.Clear();
        aws.Sts.Faults.Always(Fault.ShortSession(Timing.Session));
    }

    public static void Break(LocalAws aws, Fault fault)
    {
        aws.Sts.Faults.Clear();
        aws.Sts.Faults.Always(Fault.ShortSession(Timing.Session).Then(fault));
    }

    private static CampaignFault Of(string name, Fault fault) => new(name, life => Break(life.Aws, fault), static life => Heal(life.Aws));
}
