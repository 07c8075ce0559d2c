using Amazon;
using Amazon.Runtime;
using Microsoft.Extensions.DependencyInjection;

namespace Irsa.Credentials.DependencyInjection;

/// <summary>Makes AWS clients through the SDK's static abstract factory: no reflection.</summary>
internal static class ClientFactory
{
    public static TService Create<TService>(IServiceProvider provider, string name, Action<ClientConfig, IServiceProvider>? configure)
        where TService : class, IAmazonService
    {
        var config = TService.CreateDefaultClientConfig();
        configure?.Invoke(config, provider);
        if (CredentialFactory.RegionOf(provider, name) is { } region)
        {
            // A custom endpoint names no region, and a client signs for one.
            if (config.ServiceURL is not null)
            {
                config.AuthenticationRegion ??= region;
            }
            else
            {
                config.RegionEndpoint ??= RegionEndpoint.GetBySystemName(region);
            }
        }

        return (TService)TService.CreateDefaultServiceClient(provider.GetRequiredKeyedService<AWSCredentials>(name), config);
    }
}
