using System.Text.RegularExpressions;

namespace Irsa.Credentials.Trust;

/// <summary>Says how a provider's name (an issuer without its scheme) differs from the token's, by the usual mistakes.</summary>
internal static partial class ProviderDifference
{
    /// <summary>The differences as clauses; null if the names are equal.</summary>
    public static string? Explain(string found, string expected)
    {
        if (found == expected)
        {
            return null;
        }

        if (found.Contains("://", StringComparison.Ordinal))
        {
            var rest = Explain(TrustPolicy.WithoutScheme(found), expected);
            return "it begins with https://, which does not belong there" + (rest is null ? string.Empty : $"; {rest}");
        }

        var (foundHost, foundPath) = Split(found);
        var (host, path) = Split(expected);
        string[] differences = [.. Host(foundHost, host), .. Tail(foundPath, path)];
        return differences.Length > 0 ? string.Join("; ", differences) : "it differs in upper and lower case";
    }

    private static IEnumerable<string> Host(string found, string expected)
    {
        if (Same(found, expected))
        {
            yield break;
        }

        var (labels, expectedLabels) = (found.Split('.'), expected.Split('.'));
        var (region, expectedRegion) = (Region(labels), Region(expectedLabels));
        var swapped = Array.IndexOf(labels, "eks") is > 1 && labels is ["oidc", ..] && expectedLabels is ["oidc", "eks", ..];
        if (swapped)
        {
            yield return $"the parts of the host are swapped; the token's issuer is {expected}";
        }

        if (region is not null && expectedRegion is not null && region != expectedRegion)
        {
            yield return $"it belongs to the region {region}, but the token's issuer to {expectedRegion}";
        }
        else if (!swapped)
        {
            yield return found.EndsWith(".cn", StringComparison.Ordinal) != expected.EndsWith(".cn", StringComparison.Ordinal) && Same(found.Replace(".cn", string.Empty, StringComparison.Ordinal), expected.Replace(".cn", string.Empty, StringComparison.Ordinal))
                ? $"only hosts in China end in .cn; the token's issuer is {expected}"
                : $"the host is {found}, but the token's issuer is {expected}";
        }
    }

    private static IEnumerable<string> Tail(string found, string expected)
    {
        if (Same(found, expected))
        {
            yield break;
        }

        if (Same(found.TrimEnd('/'), expected.TrimEnd('/')))
        {
            yield return found.Length > expected.Length ? "it ends with a slash, but the issuer does not" : "the issuer ends with a slash, but it does not";
        }
        else if (expected.StartsWith("/id/", StringComparison.Ordinal) && !found.StartsWith("/id/", StringComparison.Ordinal))
        {
            yield return "the path must be /id/ and the cluster's ID" + (Same("/id" + found, expected) ? string.Empty : $": {expected}");
        }
        else
        {
            yield return expected.StartsWith("/id/", StringComparison.Ordinal)
                ? "it is the provider of another cluster (the ID after /id/ differs)"
                : $"the path is {(found.Length == 0 ? "missing" : found)}, but the issuer's is {(expected.Length == 0 ? "empty" : expected)}";
        }
    }

    private static (string Host, string Path) Split(string provider)
    {
        var slash = provider.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? (provider, string.Empty) : (provider[..slash], provider[slash..]);
    }

    private static string? Region(string[] labels) => Array.Find(labels, RegionLabel().IsMatch);

    private static bool Same(string one, string other) => one.Equals(other, StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(@"\A[a-z]{2,5}(-[a-z]+)+-[0-9]{1,2}\z")]
    private static partial Regex RegionLabel();
}
