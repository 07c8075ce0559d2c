using Amazon.Runtime;
using Amazon.RuntimeDependencies;
using Amazon.SecurityToken;
using Irsa.Credentials.MeasuredApp;
using Irsa.Credentials.Testing;

namespace Irsa.Credentials.Benchmarks;

/// <summary>The SDK's own provider, <see cref="AssumeRoleWithWebIdentityCredentials"/>. It takes its STS endpoint from a variable only.</summary>
internal static class StockProvider
{
    public static AssumeRoleWithWebIdentityCredentials Create(LocalAws aws)
    {
        Environment.SetEnvironmentVariable("AWS_REGION", aws.Region);
        Environment.SetEnvironmentVariable("AWS_ENDPOINT_URL_STS", aws.Sts.Endpoint.AbsoluteUri);
        return new AssumeRoleWithWebIdentityCredentials(aws.Tokens.Path, aws.RoleArn, "stock");
    }

    /// <summary>The SDK's provider for EKS Pod Identity, which reads variables only.</summary>
    public static GenericContainerCredentials CreateForPodIdentity(LocalAws aws)
    {
        foreach (var (name, value) in aws.PodIdentityEnvironment)
        {
            Environment.SetEnvironmentVariable(name, value);
        }

        return new GenericContainerCredentials();
    }

    /// <summary>Makes the STS clients of all its objects in this process call STS inside of the process.</summary>
    public static void UseForSts(InMemoryAws aws) => GlobalRuntimeDependencyRegistry.Instance.RegisterSecurityTokenServiceClient(_ =>
    {
        var config = new AmazonSecurityTokenServiceConfig();
        aws.Configure(config);
        return new AmazonSecurityTokenServiceClient(new AnonymousAWSCredentials(), config);
    });
}
