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

    /// <summary>Treats an empty variable as absent.</summary>
    /// <param name="config">The configuration of a client, for which no code has named an endpoint.</param>
    public static void SkipBlank(ClientConfig config)
    {
        var environment = InjectedEnvironment.Process;
        var own = OwnVariable(config);
        if (environment[own] is null && environment.Raw(own) is not null)
        {
            Replace(config, environment[ForAll]);
        }
        else if (environment.Raw(own) is null && environment[ForAll] is null && environment.Raw(ForAll) is not null)
        {
            Replace(config, endpoint: null);
        }
    }

    /// <summary>The endpoint of a client; null for the region's own.</summary>
    /// <exception cref="IrsaException">It is not a URL (IRSA112).</exception>
    public static string? Of(ClientConfig config)
    {
        try
        {
            return config.ServiceURL;
        }
        catch (AmazonClientException)
        {
            throw SdkConfigurationFailures.UnreadableEndpoint(SdkConfiguration.SourceOfEndpoint(OwnVariable(config), ForAll), config.ServiceId).ToException();
        }
    }

    private static string OwnVariable(ClientConfig config) => $"{ForAll}_{config.ServiceId.Replace(' ', '_').ToUpperInvariant()}";

    private static void Replace(ClientConfig config, string? endpoint)
    {
        if (config.IgnoreConfiguredEndpointUrls)
        {
            return;
        }

        config.IgnoreConfiguredEndpointUrls = true;
        if (endpoint is not null)
        {
            config.ServiceURL = endpoint;
        }
    }
}
