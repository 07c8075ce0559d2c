using Amazon.Runtime;
using Irsa.Credentials.Failures;

namespace Irsa.Credentials.Sts;

/// <summary>
/// The secrets that a server may know of earlier exchanges of a role and repeat: the keys of its last two sessions, which both may be in use, and
/// what the last successful call sent.
/// </summary>
internal sealed class RecentSecrets
{
    private volatile string[] _ofLast = [];
    private volatile string[] _ofLastButOne = [];

    /// <param name="sent">What the next call sends.</param>
    public KnownSecrets With(IReadOnlyList<string> sent) => [.. sent.Concat(_ofLast).Concat(_ofLastButOne).Distinct(StringComparer.Ordinal)];

    /// <param name="issued">The session that STS has issued.</param>
    /// <param name="sent">What was sent for it.</param>
    public void Remember(ImmutableCredentials issued, IReadOnlyList<string> sent)
    {
        _ofLastButOne = _ofLast;
        _ofLast = [issued.SecretKey, issued.Token, .. sent];
    }
}
