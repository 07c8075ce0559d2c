using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Irsa.Credentials.AuthTokens;

/// <summary>Validates what a caller names: it becomes part of an address, and a wrong one would only be refused by the service, without a reason.</summary>
internal static partial class AuthTokenArguments
{
    /// <exception cref="ArgumentException">The value is not a host name.</exception>
    public static void ValidateHost(string host, [CallerArgumentExpression(nameof(host))] string? name = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(host, name);
        if (!HostPattern().IsMatch(host))
        {
            throw new ArgumentException("Expected the host name of the endpoint, without scheme, port and path.", name);
        }
    }

    /// <exception cref="ArgumentException">The value is not the name of a cache or a cluster.</exception>
    public static void ValidateCacheName(string cache, [CallerArgumentExpression(nameof(cache))] string? name = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(cache, name);
        if (!CacheNamePattern().IsMatch(cache))
        {
            throw new ArgumentException("Expected the name of the cache or cluster (letters, digits and hyphens), not its endpoint.", name);
        }
    }

    /// <exception cref="ArgumentException">The value is empty or holds control characters.</exception>
    public static void ValidateName(string value, [CallerArgumentExpression(nameof(value))] string? name = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(value, name);
        if (value.Any(char.IsControl))
        {
            throw new ArgumentException("The name holds control characters.", name);
        }
    }

    /// <exception cref="ArgumentException">There is no region, or it is not a name of one.</exception>
    public static string Required(string? region)
    {
        if (region is null || !RegionPattern().IsMatch(region))
        {
            throw new ArgumentException("The region is not known, or is not a region name. Pass it, or set AWS_REGION.", nameof(region));
        }

        return region;
    }

    /// <summary>The region in the host name of an endpoint: beside the service's own label, before it or, in China, behind it. Null where there is none.</summary>
    public static string? RegionOf(string host, string service)
    {
        var labels = host.ToLowerInvariant().Split('.');
        for (var i = 1; i < labels.Length - 1; i++)
        {
            if (labels[i] == service)
            {
                return new[] { labels[i - 1], labels[i + 1] }.FirstOrDefault(static label => RegionPattern().IsMatch(label));
            }
        }

        return null;
    }

    [GeneratedRegex(@"^[a-z]{2,4}(-[a-z]+){1,3}-[0-9]{1,2}\z")]
    private static partial Regex RegionPattern();

    [GeneratedRegex(@"^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?\z")]
    private static partial Regex HostPattern();

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9-]*\z")]
    private static partial Regex CacheNamePattern();
}
