using Irsa.Credentials.Failures;

namespace Irsa.Credentials.Tests.Failures;

public sealed class RedactedUriTests
{
    [Theory]
    [InlineData("http://127.0.0.1:4566/", "http://127.0.0.1:4566/")]
    [InlineData("https://sts.eu-central-1.amazonaws.com", "https://sts.eu-central-1.amazonaws.com/")]
    [InlineData("https://alice:secret@host:8443/path?key=secret#secret", "https://host:8443/path")]
    [InlineData("http://alice%40corp:se%2Fcret@[::1]:1/", "http://[::1]:1/")]
    public void An_address_is_shown_without_user_password_and_query(string address, string shown) =>
        Assert.Equal(shown, RedactedUri.Of(new Uri(address)));

    [Theory]
    [InlineData("sts.eu-central-1.amazonaws.com", "\"sts.eu-central-1.amazonaws.com\"")]
    [InlineData("sts\u001b[31m", "\"sts\\u001b[31m\"")]
    public void A_value_that_is_not_a_URL_is_shown_escaped(string value, string shown) => Assert.Equal(shown, RedactedUri.Describe(value));

    [Theory]
    [InlineData("alice:s3cret@host")]
    [InlineData("http://alice:s3/cret@et@host:x/")]
    [InlineData("https//host?key=s3cret")]
    [InlineData("https//host;password=s3cret")]
    public void A_value_that_may_hold_a_password_is_not_shown(string value) => Assert.DoesNotContain("cret", RedactedUri.Describe(value), StringComparison.Ordinal);
}
