using Amazon.Runtime;
using Amazon.S3;

namespace Irsa.Credentials.MeasuredApp;

/// <summary>Session keys that somebody else fetched: the floor of a signed request.</summary>
internal static class Static
{
    public static Task<Func<Action<ClientConfig>, IAmazonS3>> StartAsync(InMemoryAws? aws)
    {
        var credentials = new SessionAWSCredentials(InMemoryAws.AccessKeyId, InMemoryAws.SecretAccessKey, InMemoryAws.SessionToken, InMemoryAws.AccountId);
        return Task.FromResult<Func<Action<ClientConfig>, IAmazonS3>>(configure =>
        {
            var config = new AmazonS3Config();
            configure(config);
            return new AmazonS3Client(credentials, config);
        });
    }
}
