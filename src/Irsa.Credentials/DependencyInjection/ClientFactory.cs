using Amazon.Extensions.NETCore.Setup;
using Amazon.Runtime;
using Irsa.Credentials.AwsSdk;
using Irsa.Credentials.BypassGuard;
using Microsoft.Extensions.DependencyInjection;

namespace Irsa.Credentials.DependencyInjection;

/// <summary>Makes the clients of <c>AddClient</c>.</summary>
internal static class ClientFactory
{
    /// <summary>A factory of shared options may ask for a client, which then cannot begin with them.</summary>
    private static readonly AsyncLocal<bool> IsReadingOptions = new();

    public static TService Create<TService>(IServiceProvider provider, string name, Action<IServiceProvider, ClientConfig>? configure)
        where TService : class, IAmazonService
    {
        provider.GetRequiredService<ClientVerifier>().Verify(provider);
        return ServiceClientFactory.Create<TService>(
            SharedOptions(provider),
            provider.GetRequiredKeyedService<AWSCredentials>(name),
            IdentitySettings.Of(provider, name).Region,
            configure is null ? null : config => configure(provider, config));
    }

    /// <exception cref="InvalidOperationException">The type is not that of the service's configuration.</exception>
    public static TConfig Cast<TService, TConfig>(ClientConfig config)
        where TConfig : ClientConfig =>
        config as TConfig ?? throw new InvalidOperationException(
            $"AddClient<{typeof(TService).Name}, {typeof(TConfig).Name}>: the configuration of {typeof(TService).Name} is {config.GetType().Name}, not {typeof(TConfig).Name}.");

    private static AWSOptions SharedOptions(IServiceProvider provider)
    {
        if (IsReadingOptions.Value)
        {
            return new AWSOptions();
        }

        IsReadingOptions.Value = true;
        try
        {
            // The application's options may be scoped, and a client is a singleton.
            using var scope = provider.CreateScope();
            return scope.ServiceProvider.GetService<AWSOptions>() ?? AwsOptionsDecoration.FromConfiguration(provider);
        }
        finally
        {
            IsReadingOptions.Value = false;
        }
    }
}
