using Irsa.Credentials.Configuration;

namespace Irsa.Credentials.Tests.Configuration;

/// <summary>The variables for which the AWS SDK makes no client. Its files are read once per process, so they are tested in processes of their own.</summary>
public sealed class SdkConfigurationTests
{
    [Theory]
    [InlineData("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "yes", "true or false")]
    [InlineData("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "1", "true or false")]
    [InlineData("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", " ", "holds white space only")]
    [InlineData("AWS_EC2_METADATA_SERVICE_ENDPOINT", "169.254.169.254", "an absolute URL")]
    [InlineData("AWS_DEFAULTS_MODE", "in-region", "InRegion")]
    [InlineData("AWS_DEFAULTS_MODE", "17", "one of Standard")]
    public void A_variable_that_the_SDK_cannot_read_is_an_error_that_names_it(string variable, string value, string words)
    {
        var fault = Assert.Single(Validate(variable, value));

        Assert.Equal(IrsaErrorCode.SdkConfigurationUnreadable, fault.Code);
        Assert.Contains(variable, fault.Message, StringComparison.Ordinal);
        Assert.Contains(words, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "")]
    [InlineData("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "TRUE")]
    [InlineData("AWS_EC2_METADATA_SERVICE_ENDPOINT", "")]
    [InlineData("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://169.254.169.254")]
    [InlineData("AWS_DEFAULTS_MODE", "")]
    [InlineData("AWS_DEFAULTS_MODE", " ")]
    [InlineData("AWS_DEFAULTS_MODE", "inregion")]
    [InlineData("AWS_RETRY_MODE", "nonsense")]
    [InlineData("AWS_MAX_ATTEMPTS", "")]
    [InlineData("AWS_USE_FIPS_ENDPOINT", "")]
    public void What_the_SDK_reads_or_forgives_is_none(string variable, string value) => Assert.Empty(Validate(variable, value));

    private static IReadOnlyList<Irsa.Credentials.Failures.Failure> Validate(string variable, string value) =>
        new SdkConfiguration(new InjectedEnvironment(name => name == variable ? value : null)).Fault is { } fault ? [fault] : [];
}
