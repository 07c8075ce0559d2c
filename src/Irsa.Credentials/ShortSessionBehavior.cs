namespace Irsa.Credentials;

/// <summary>What happens where a URL is asked to live longer than the session that signs it.</summary>
public enum ShortSessionBehavior
{
    /// <summary>The request fails with <c>IRSA504</c>. The default: a link that silently ends early is worse than none.</summary>
    Refuse = 0,

    /// <summary>The URL ends with the session, and <see cref="PresignedUrl.IsCapped"/> says so.</summary>
    Cap = 1,
}
