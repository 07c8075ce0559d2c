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
    [InlineData("sts.eu-central-1.amazonaws.com", "sts.eu-central-1.amazonaws.com")]
    [InlineData("alice:secret@host", "…@host")]
    [InlineData("http://alice:se/cr@et@host:x/", "…@host:x/")]
    public void What_is_no_address_is_shown_from_the_last_at_sign(string value, string shown) => Assert.Equal(shown, RedactedUri.Of(value));

    [Theory]
    [InlineData("to proxy 'http://alice:S3cr%27et@127.0.0.1:1/' failed", "to proxy 'http://127.0.0.1:1/' failed")]
    [InlineData("http://a:p@ss@host/x@y", "http://host/x@y")]
    [InlineData("no address, but me@example.com", "no address, but me@example.com")]
    public void Words_lose_the_user_of_each_address(string words, string shown) => Assert.Equal(shown, SecretRedactor.Of(words));
}
