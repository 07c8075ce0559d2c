using Amazon.Runtime;
using Irsa.Credentials.Testing;

namespace Irsa.Credentials.Benchmarks;

/// <summary>The SDK's own provider, pointed at LocalAws the only way it can be: by variables.</summary>
internal static class Stock
{
    public static AssumeRoleWithWebIdentityCredentials Create(LocalAws aws)
    {
        Environment.SetEnvironmentVariable("AWS_REGION", aws.Region);
        Environment.SetEnvironmentVariable("AWS_ENDPOINT_URL_STS", aws.Sts.Endpoint.AbsoluteUri);
        return new AssumeRoleWithWebIdentityCredentials(aws.Tokens.Path, aws.RoleArn, "stock");
    }
}
