namespace Irsa.Credentials.Tokens;

/// <summary>When the kubelet replaces a projected token (https://kubernetes.io/docs/concepts/storage/projected-volumes/#serviceaccounttoken).</summary>
internal static class TokenRotation
{
    private const double ReplacedAt = 0.8;

    /// <summary>Covers the kubelet's jitter and its sync loop.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromMinutes(10);

    /// <summary>Tells whether the token is older than 80 % of its life and 10 minutes, so that the kubelet should have replaced it.</summary>
    public static bool IsOverdue(TokenClaims token, DateTimeOffset now) =>
        token is { IssuedAt: { } issued, Expiration: { } expires } && now - issued > (ReplacedAt * (expires - issued)) + Slack;
}
