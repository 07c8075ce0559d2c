using Amazon;
using Amazon.Extensions.NETCore.Setup;
using Amazon.Runtime;
using Microsoft.Extensions.DependencyInjection;

namespace Irsa.Credentials.AwsSdk;

/// <summary>
/// Makes clients of AWS services through the SDK's own factory for containers, so that options which the container shares mean the same to
/// them as to the clients of <c>AddAWSService</c>.
/// </summary>
internal static class ServiceClientFactory
{
    /// <param name="shared">The options to begin with; not changed.</param>
    /// <param name="credentials">What the client signs with, whatever the options say.</param>
    /// <param name="region">The region where the options name none; null where that is not known either.</param>
    /// <param name="configure">Comes last.</param>
    public static TService Create<TService>(AWSOptions shared, AWSCredentials credentials, string? region, Action<ClientConfig>? configure)
        where TService : class, IAmazonService
    {
        var options = AwsOptionsDecoration.Copy(shared);

        // Beside an endpoint the SDK's factory forgets a region of the options: clients sign for AWS_REGION or us-east-1, and servers are set up for it.
        var keptEndpoint = shared.Region is { } named && named.SystemName != region ? shared.DefaultClientConfig.ServiceURL : null;
        options.Credentials = credentials;
        options.SessionRoleArn = null;
        if (!ProfileLookup.TryFind(options, out var regionOfProfile))
        {
            options.Profile = null;
        }

        if (options.Region is null && (regionOfProfile ?? region) is { } chosen)
        {
            // Before anybody reads it: a configuration without a region looks for one, in the instance metadata service at last.
            options.Region = RegionEndpoint.GetBySystemName(chosen);
        }

        // The SDK's default. A template may leave the variable empty, and the SDK (4.1) then makes no client.
        if (Environment.GetEnvironmentVariable("AWS_DEFAULTS_MODE") is { } mode && string.IsNullOrWhiteSpace(mode))
        {
            options.DefaultConfigurationMode ??= DefaultConfigurationMode.Standard;
        }

        var services = new ServiceCollection();
        services.AddAWSService<TService>(options, (config, _) => Configure(config, options.Region?.SystemName, keptEndpoint, configure));
        return (TService)services[0].ImplementationFactory!(new NoServices());
    }

    private static void Configure(ClientConfig config, string? region, string? keptEndpoint, Action<ClientConfig>? configure)
    {
        configure?.Invoke(config);
        var endpoint = ConfiguredEndpoint.Of(config, region);
        if (region is null || (keptEndpoint is not null && endpoint == keptEndpoint))
        {
            return;
        }

        // A custom endpoint names no region, and a client signs for one. Set again because the SDK (4.1) forgets an address from
        // AWS_ENDPOINT_URL_… once it has been read, and forgets the region when it is set.
        var chosen = config.RegionEndpoint?.SystemName ?? region;
        if (endpoint is not null)
        {
            config.ServiceURL = endpoint;
            config.AuthenticationRegion ??= chosen;
        }
    }

    /// <summary>The SDK's factory asks for shared options and a logger: it has the options, and a client is not worth a log line.</summary>
    private sealed class NoServices : IServiceProvider
    {
        public object? GetService(Type serviceType) => null;
    }
}
