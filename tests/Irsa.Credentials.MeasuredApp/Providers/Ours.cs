using Amazon.Runtime;
using Amazon.S3;

namespace Irsa.Credentials.MeasuredApp;

/// <summary>This library without a container.</summary>
internal static class Ours
{
    public static async Task<Func<Action<ClientConfig>, IAmazonS3>> StartAsync(InMemoryAws? aws)
    {
        var credentials = new WebIdentityTokenCredentials(new IrsaOptions { ConfigureSts = aws is null ? null : aws.Configure });
        await credentials.GetCredentialsAsync();
        return configure =>
        {
            var config = new AmazonS3Config();
            configure(config);
            return new AmazonS3Client(credentials, config);
        };
    }
}
