using System.Text.RegularExpressions;
using Irsa.Credentials.Failures;

namespace Irsa.Credentials.Configuration;

/// <summary>Validates the region and the endpoint of STS.</summary>
internal static partial class EndpointRules
{
    /// <summary>Far longer than any; the patterns below need not look at more.</summary>
    private const int LongestRegion = 64;

    /// <summary>Reads the configured endpoint.</summary>
    /// <returns>
    /// Null if the region's own endpoint is to be used, or if the configured one is invalid. And where it stands, if that is a file of the SDK, of
    /// which few know that the token goes where it says.
    /// </returns>
    public static (Uri? Endpoint, string? File) StsEndpoint(IrsaOptions options, InjectedEnvironment environment, SdkConfiguration sdk, ValidationErrors errors)
    {
        var endpoint = options.StsEndpoint;
        var (source, text, file) = ("IrsaOptions.StsEndpoint", endpoint?.OriginalString, default(string));
        if (endpoint is null && environment.StsEndpoint is (var name, var address))
        {
            (source, text) = (name, address);
            Uri.TryCreate(address, UriKind.Absolute, out endpoint);
        }
        else if (endpoint is null && sdk.StsEndpoint() is (var place, var named))
        {
            (source, text, file) = (place, named, place);
            Uri.TryCreate(named, UriKind.Absolute, out endpoint);
        }

        if (text is null)
        {
            return default;
        }

        if (endpoint is { IsAbsoluteUri: true, Scheme: "http" or "https" })
        {
            if (IsExposed(endpoint) && !options.AllowUnencryptedSts)
            {
                errors.Add(ConfigurationFailures.UnencryptedSts(source, endpoint));
            }

            // The SDK refuses the pair when the first call is made, unless the application's code has taken one of them back.
            foreach (var variable in options.ConfigureSts is null ? environment.EndpointVariants : [])
            {
                errors.Add(ConfigurationFailures.EndpointAndVariant(source, variable));
            }

            return (endpoint, file);
        }

        errors.Add(ConfigurationFailures.InvalidEndpoint(source, text));
        return default;
    }

    /// <summary>Whether what is sent there can be read on the way: it leaves this machine without encryption.</summary>
    public static bool IsExposed(Uri endpoint) => endpoint.Scheme == Uri.UriSchemeHttp && !endpoint.IsLoopback;

    public static void ValidateRegion(string? region, string? roleArn, bool isAws, InjectedEnvironment environment, ValidationErrors errors)
    {
        if (region is null)
        {
            errors.Add(ConfigurationFailures.NoRegion(environment.Absence("AWS_REGION"), environment.Absence("AWS_DEFAULT_REGION")));
        }
        else if (!isAws)
        {
            if (region.Length > LongestRegion || !CanBeSigned(region))
            {
                errors.Add(ConfigurationFailures.UnsignableRegion(region));
            }
        }
        else if (region.Length > LongestRegion || !RegionPattern().IsMatch(region))
        {
            errors.Add(ConfigurationFailures.InvalidRegion(region, region.Length <= LongestRegion && ZonePattern().IsMatch(region)));
        }
        else if (roleArn?.Split(':') is ["arn", var partition, ..] && Partition.Of(region) is { } expected && expected != partition)
        {
            errors.Add(ConfigurationFailures.OtherPartition(region, expected, roleArn, partition));
        }
    }

    /// <summary>Servers other than AWS's name regions as they like. A signature's header separates by slash and comma.</summary>
    private static bool CanBeSigned(string region) => !region.AsSpan().ContainsAnyExceptInRange('!', '~') && region.AsSpan().IndexOfAny('/', ',') < 0;

    [GeneratedRegex(@"\A[a-z]{2,}(-[a-z0-9]+)+-[0-9]+\z")]
    private static partial Regex RegionPattern();

    [GeneratedRegex(@"\A[a-z]{2,}(-[a-z0-9]+)+-[0-9]+[a-z]\z")]
    private static partial Regex ZonePattern();
}
