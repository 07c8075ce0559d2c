using Amazon.Runtime;
using Amazon.S3;
using Microsoft.Extensions.DependencyInjection;

namespace Irsa.Credentials.MeasuredApp;

/// <summary>This library in a container.</summary>
internal static class OursInContainer
{
    public static async Task<Func<Action<ClientConfig>, IAmazonS3>> StartAsync(InMemoryAws? aws)
    {
        Action<ClientConfig>? configureS3 = null;
        var services = new ServiceCollection();
        var builder = aws is null ? services.AddIrsaAws() : services.AddIrsaAws(options => options.ConfigureSts = aws.Configure);
        builder.AddClient<IAmazonS3, ClientConfig>(config => configureS3?.Invoke(config));
        var container = services.BuildServiceProvider();
        await container.GetRequiredService<WebIdentityTokenCredentials>().GetCredentialsAsync();
        return configure =>
        {
            configureS3 = configure;
            return container.GetRequiredService<IAmazonS3>();
        };
    }
}
