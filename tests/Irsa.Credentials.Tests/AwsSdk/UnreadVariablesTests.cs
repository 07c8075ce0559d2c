using Irsa.Credentials.AwsSdk;

namespace Irsa.Credentials.Tests.AwsSdk;

/// <summary>What curl, Go or Python read in NO_PROXY and .NET does not.</summary>
public sealed class UnreadVariablesTests
{
    private static readonly Uri Host = new("https://sts.eu-central-1.amazonaws.com");

    [Theory]
    [InlineData("*", "*")]
    [InlineData("10.0.0.0/8, 192.168.0.0/16", "10.0.0.0/8|192.168.0.0/16")]
    [InlineData("*.amazonaws.com", "*.amazonaws.com")]
    [InlineData("amazonaws.com", "amazonaws.com")]
    [InlineData("localhost, eu-central-1.amazonaws.com", "eu-central-1.amazonaws.com")]
    [InlineData("sts.eu-central-1.amazonaws.com:443", "sts.eu-central-1.amazonaws.com:443")]
    [InlineData(".amazonaws.com:443", ".amazonaws.com:443")]
    [InlineData("sts.eu-central-1.amazonaws.com.", "sts.eu-central-1.amazonaws.com.")]
    public void Entries_that_only_others_read_are_found(string list, string expected) =>
        Assert.Equal(expected.Split('|'), UnreadVariables.Exemptions(list, Host));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("localhost,127.0.0.1,.svc,.cluster.local")]
    [InlineData(".amazonaws.com")]
    [InlineData("STS.eu-central-1.amazonaws.com")]
    [InlineData("*.example.com")]
    [InlineData("amazonaws.com.example")]
    [InlineData("s.com")]
    [InlineData("user/password")]
    [InlineData("sts.eu-central-1.amazonaws.com:8443")]
    public void Entries_that_dotnet_reads_or_that_are_of_other_hosts_are_not(string? list) => Assert.Empty(UnreadVariables.Exemptions(list, Host));

    [Theory]
    [InlineData("AWS_CA_BUNDLE", "/ca.pem", "AWS_CA_BUNDLE")]
    [InlineData("CURL_CA_BUNDLE", "/ca.pem", "CURL_CA_BUNDLE")]
    [InlineData("AWS_CA_BUNDLE", " ", null)]
    [InlineData("SSL_CERT_FILE", "/ca.pem", null)]
    public void A_bundle_that_only_others_read_is_found(string variable, string value, string? expected) =>
        Assert.Equal(expected, UnreadVariables.Trust(name => name == variable ? value : null));
}
