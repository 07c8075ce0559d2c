using System.Net;

namespace Irsa.Credentials.AwsSdk;

/// <summary>What the variables of a pod say to other programs about proxies and certificates, and not to .NET.</summary>
internal static class UnreadVariables
{
    private static readonly string[] TrustVariables = ["AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"];

    /// <summary>
    /// The entries of NO_PROXY that exempt a host to curl, Go or Python. .NET compares an entry with the whole host, or with its end where the
    /// entry begins with a dot.
    /// </summary>
    /// <param name="list">The variable; null where it is not set.</param>
    /// <param name="host">The host that is called through the proxy.</param>
    public static IReadOnlyList<string> Exemptions(string? list, Uri host) =>
        [.. (list ?? string.Empty).Split([',', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Where(entry => IsUnread(entry, host)).Distinct()];

    /// <summary>The first variable that names a bundle of certificate authorities. .NET on Linux reads SSL_CERT_FILE and SSL_CERT_DIR.</summary>
    public static string? Trust(Func<string, string?> read) => Array.Find(TrustVariables, name => !string.IsNullOrWhiteSpace(read(name)));

    private static bool IsUnread(string entry, Uri host)
    {
        // A block of addresses may be meant for any host. Anything else is shown only if it is made of the host's own name.
        if (entry == "*" || (entry.Contains('/', StringComparison.Ordinal) && IPNetwork.TryParse(entry, out _)))
        {
            return true;
        }

        var name = entry.TrimEnd('.');
        if (name.LastIndexOf(':') is > 0 and var colon && name[(colon + 1)..] == host.Port.ToString(System.Globalization.CultureInfo.InvariantCulture))
        {
            name = name[..colon];
        }

        var suffix = name.TrimStart('*').TrimStart('.');
        return suffix.Length > 0
            && (host.Host.Equals(suffix, StringComparison.OrdinalIgnoreCase) || host.Host.EndsWith($".{suffix}", StringComparison.OrdinalIgnoreCase))
            && !entry.Equals(host.Host, StringComparison.OrdinalIgnoreCase)
            && !entry.Equals($".{suffix}", StringComparison.OrdinalIgnoreCase);
    }
}
