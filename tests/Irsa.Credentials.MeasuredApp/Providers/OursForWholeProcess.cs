using Amazon.Runtime;
using Amazon.S3;

namespace Irsa.Credentials.MeasuredApp;

/// <summary>This library as the identity of the whole process: the client is made without credentials.</summary>
internal static class OursForWholeProcess
{
    public static async Task<Func<Action<ClientConfig>, IAmazonS3>> StartAsync(InMemoryAws? aws)
    {
        var credentials = new WebIdentityTokenCredentials(new IrsaOptions { ConfigureSts = aws is null ? null : aws.Configure }).UseForWholeProcess();
        await credentials.GetCredentialsAsync();
        return static configure =>
        {
            var config = new AmazonS3Config();
            configure(config);
            return new AmazonS3Client(config);
        };
    }
}
