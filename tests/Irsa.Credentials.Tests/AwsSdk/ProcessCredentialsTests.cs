using Amazon.Runtime;
using Irsa.Credentials.AwsSdk;

namespace Irsa.Credentials.Tests.AwsSdk;

public sealed class ProcessCredentialsTests
{
    [Fact]
    public void To_find_the_identity_of_the_process_allocates_nothing()
    {
        using var identity = new WebIdentityTokenCredentials(new IrsaOptions { RoleArn = TestSettings.Role, WebIdentityTokenFile = "/token", Region = "eu-central-1" });
        ProcessCredentials.Instance.Add(identity);
        AWSCredentials found = ProcessCredentials.Instance.Source;

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
        {
            found = SigningIdentity.Of(ProcessCredentials.Instance)!;
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Same(identity, found);
    }
}
