using System.Runtime.CompilerServices;
using Amazon.Runtime;
using Amazon.RuntimeDependencies;
using Amazon.S3;
using Amazon.SecurityToken;

namespace Irsa.Credentials.MeasuredApp;

/// <summary>The SDK's own provider.</summary>
internal static class Stock
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

        var credentials = AssumeRoleWithWebIdentityCredentials.FromEnvironmentVariables();
        await credentials.GetCredentialsAsync();
        return configure =>
        {
            var config = new AmazonS3Config();
            configure(config);
            return new AmazonS3Client(credentials, config);
        };
    }
}
