using Irsa.Credentials.Failures;

namespace Irsa.Credentials.Tests.Failures;

/// <summary>What .NET has read is fixed for the life of a process, so a container without authorities is one of tests/pods.</summary>
public sealed class TrustStoreTests
{
    [Fact]
    public void A_machine_with_certificate_authorities_is_not_taken_for_one_without()
    {
        Assert.SkipUnless(File.Exists("/etc/ssl/certs/ca-certificates.crt"), "This machine has no bundle where Debian has it.");

        Assert.False(TrustStore.IsEmpty);
    }
}
