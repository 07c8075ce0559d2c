namespace Irsa.Credentials.Benchmarks.Fleet;

/// <summary>When another SDK refreshes, as its source has it in autumn 2026. Its refreshes begin with a request; a pod gets one in every second.</summary>
/// <param name="Lifetime">The life of a session.</param>
/// <param name="RefreshBefore">The first request after this time before the end refreshes.</param>
/// <param name="RefreshJitter">Up to this much later, drawn for each session.</param>
/// <param name="ExpiryBuffer">How long before their end credentials are no longer used.</param>
/// <param name="PauseAfterFailure">The shortest and the longest pause after a failed refresh; null where the next request tries again.</param>
internal sealed record PeerRules(TimeSpan Lifetime, TimeSpan RefreshBefore, TimeSpan RefreshJitter, TimeSpan ExpiryBuffer, (TimeSpan Shortest, TimeSpan Longest)? PauseAfterFailure)
{
    /// <summary>Gets the average time between two refreshes.</summary>
    public TimeSpan MeanInterval => Lifetime - RefreshBefore + (RefreshJitter / 2);

    /// <summary>AWSSDK.Core 4.1.0: <c>AssumeRoleWithWebIdentityCredentials</c> on <c>RefreshingAWSCredentials</c>.</summary>
    public static PeerRules Stock(TimeSpan lifetime) => new(lifetime, TimeSpan.FromMinutes(15), TimeSpan.Zero, TimeSpan.FromMinutes(1), PauseAfterFailure: null);

    /// <summary>aws-sdk-go-v2, <c>CredentialsCache</c>: the window depends on the session's life; after a failure it waits, and uses what it has.</summary>
    public static PeerRules Go(TimeSpan lifetime) => new(
        lifetime,
        TimeSpan.FromMinutes(lifetime.TotalMinutes <= 20 ? 5 : lifetime.TotalMinutes < 90 ? 15 : 60),
        TimeSpan.Zero,
        TimeSpan.Zero,
        (TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(10)));

    /// <summary>aws-sdk-java-v2, <c>CachedSupplier</c> with the STS provider's default times.</summary>
    public static PeerRules Java(TimeSpan lifetime) => new(lifetime, TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(3), TimeSpan.FromMinutes(1), PauseAfterFailure: null);
}
