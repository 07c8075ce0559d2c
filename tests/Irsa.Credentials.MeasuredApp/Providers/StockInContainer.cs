using System.Runtime.CompilerServices;
using Amazon.Extensions.NETCore.Setup;
using Amazon.Runtime;
using Amazon.RuntimeDependencies;
using Amazon.S3;
using Amazon.SecurityToken;
using Microsoft.Extensions.DependencyInjection;

namespace Irsa.Credentials.MeasuredApp;

/// <summary>The SDK's own provider, registered with the SDK's own container extension.</summary>
internal static class StockInContainer
{
    public static async Task<Func<Action<ClientConfig>, IAmazonS3>> StartAsync(InMemoryAws? aws)
    {
        // The SDK finds its STS client by reflection, which a native application has to replace by a registration of its own.
        if (!RuntimeFeature.IsDynamicCodeSupported || aws is not null)
        {
            GlobalRuntimeDependencyRegistry.Instance.RegisterSecurityTokenServiceClient(_ =>
            {
                var config = new AmazonSecurityTokenServiceConfig();
                aws?.Configure(config);
                return new AmazonSecurityTokenServiceClient(new AnonymousAWSCredentials(), config);
            });
        }

        Action<ClientConfig>? configureS3 = null;
        var services = new ServiceCollection();
        services.AddDefaultAWSOptions(static _ => new AWSOptions { Credentials = AssumeRoleWithWebIdentityCredentials.FromEnvironmentVariables() });
        services.AddAWSService<IAmazonS3>((config, _) => configureS3?.Invoke(config));
        var container = services.BuildServiceProvider();
        await container.GetRequiredService<AWSOptions>().Credentials.GetCredentialsAsync();
        return configure =>
        {
            configureS3 = configure;
            return container.GetRequiredService<IAmazonS3>();
        };
    }
}
