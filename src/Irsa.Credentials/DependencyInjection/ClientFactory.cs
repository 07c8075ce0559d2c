using Amazon;
using Amazon.Runtime;
using Irsa.Credentials.BypassGuard;
using Microsoft.Extensions.DependencyInjection;

namespace Irsa.Credentials.DependencyInjection;

/// <summary>Makes AWS clients through the SDK's static abstract factory: no reflection.</summary>
internal static class ClientFactory
{
    public static TService Create<TService>(IServiceProvider provider, string name, Action<ClientConfig, IServiceProvider>? configure)
        where TService : class, IAmazonService
    {
        provider.GetRequiredService<ClientVerifier>().Verify(provider);
        var config = TService.CreateDefaultClientConfig();
        var region = CredentialFactory.RegionOf(provider, name);
        if (region is not null)
        {
            // Before anybody reads it: a configuration without one looks for it, at last in the metadata service.
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(region);
        }

        configure?.Invoke(config, provider);
        if (region is not null)
        {
            // A custom endpoint names no region, and a client signs for one. Set again because the SDK (4.1) forgets an address from
            // AWS_ENDPOINT_URL_… once it has been read, and forgets the region when it is set.
            var chosen = config.RegionEndpoint?.SystemName ?? region;
            if (config.ServiceURL is { } endpoint)
            {
                config.ServiceURL = endpoint;
                config.AuthenticationRegion ??= chosen;
            }
        }

        return (TService)TService.CreateDefaultServiceClient(provider.GetRequiredKeyedService<AWSCredentials>(name), config);
    }
}
