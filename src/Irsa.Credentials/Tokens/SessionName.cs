using Irsa.Credentials.Configuration;

namespace Irsa.Credentials.Tokens;

/// <summary>
/// The name under which CloudTrail shows this process: as configured, else the pod's name, else the host's, so that a line in the audit
/// log leads to a pod.
/// </summary>
internal static class SessionName
{
    private const int Longest = 64;

    public static string For(IrsaSettings settings, TokenClaims claims, string hostName) =>
        settings.RoleSessionName ?? Cleaned(claims.PodName ?? hostName);

    /// <summary>For a first session that nobody has named.</summary>
    public static string OfHost() => Cleaned(Environment.MachineName);

    private static string Cleaned(string name)
    {
        var cleaned = new string([.. name.Take(Longest).Select(static c => char.IsAsciiLetterOrDigit(c) || "_+=,.@-".Contains(c) ? c : '-')]);
        return cleaned.PadRight(2, '-');
    }
}
