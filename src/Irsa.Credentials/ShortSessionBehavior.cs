namespace Irsa.Credentials;

/// <summary>What to do where a URL is asked to live longer than the session that signs it.</summary>
public enum ShortSessionBehavior
{
    /// <summary>Fail with <c>IRSA504</c>: a link that dies early without a word is worse than none.</summary>
    Refuse,

    /// <summary>Let the URL end with the session and say so in <see cref="PresignedUrl.IsCapped"/>.</summary>
    Cap,
}
