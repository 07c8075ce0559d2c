using Amazon;
using Amazon.Runtime;
using Irsa.Credentials.Configuration;
using Irsa.Credentials.Failures;

namespace Irsa.Credentials.AwsSdk;

/// <summary>
/// The endpoint that variables and the SDK's file name for a service. A template may leave a variable empty, and the SDK (4.1) takes that for an address.
/// </summary>
internal static class ConfiguredEndpoint
{
    private const string ForAll = "AWS_ENDPOINT_URL";

    /// <summary>The endpoint of a client after the application's code has been asked; null for the region's own. An empty variable is treated as absent.</summary>
    /// <param name="config">The configuration of the client.</param>
    /// <param name="region">Its region, which it forgets with an empty endpoint; null where that is not known.</param>
    /// <exception cref="IrsaException">It is not an http or https URL (IRSA112).</exception>
    public static string? Of(ClientConfig config, string? region)
    {
        var ofCode = OfCode(config);
        if (ofCode is { Length: 0 })
        {
            ofCode = null;
            config.RegionEndpoint = region is null ? null : RegionEndpoint.GetBySystemName(region);
        }

        try
        {
            if (ofCode is null && !config.IgnoreConfiguredEndpointUrls)
            {
                SkipBlank(config);
            }

            return config.ServiceURL switch
            {
                null or "" => null,
                var endpoint when Uri.TryCreate(endpoint, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" => endpoint,
                _ => throw Unreadable(config, ofCode),
            };
        }
        catch (AmazonClientException)
        {
            throw Unreadable(config, ofCode);
        }
    }

    /// <summary>What options and code have set. The property itself also reads the variables.</summary>
    private static string? OfCode(ClientConfig config)
    {
        var isIgnored = config.IgnoreConfiguredEndpointUrls;
        config.IgnoreConfiguredEndpointUrls = true;
        var endpoint = config.ServiceURL;
        config.IgnoreConfiguredEndpointUrls = isIgnored;
        return endpoint;
    }

    private static void SkipBlank(ClientConfig config)
    {
        // Without the service's name the SDK reads neither variables nor file.
        var environment = InjectedEnvironment.Process;
        if (OwnVariable(config) is not { } own || environment[own] is not null || (environment.Raw(own) ?? environment.Raw(ForAll)) is not { } first || !string.IsNullOrWhiteSpace(first))
        {
            return;
        }

        config.IgnoreConfiguredEndpointUrls = true;
        if ((environment[ForAll] ?? SdkConfiguration.EndpointOfFile(config.ServiceId, config.Profile)) is { } endpoint)
        {
            config.ServiceURL = endpoint;
        }
    }

    private static string? OwnVariable(ClientConfig config) => config.ServiceId is { } service ? $"{ForAll}_{service.Replace(' ', '_').ToUpperInvariant()}" : null;

    private static IrsaException Unreadable(ClientConfig config, string? ofCode) => SdkConfigurationFailures.UnreadableEndpoint(
        ofCode is not null || OwnVariable(config) is not { } own ? "ServiceURL in the application's configuration or code" : SdkConfiguration.SourceOfEndpoint(own, ForAll),
        config.ServiceId ?? "the service").ToException();
}
