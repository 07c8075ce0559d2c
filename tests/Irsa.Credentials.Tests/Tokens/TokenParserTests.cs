using Irsa.Credentials.Tokens;

namespace Irsa.Credentials.Tests.Tokens;

public sealed class TokenParserTests
{
    [Fact]
    public void The_claims_of_a_service_account_token_are_read()
    {
        Assert.True(TokenParser.TryParse(TestToken.Create(), out var claims, out _));

        Assert.Equal(
            ("https://oidc.eks.eu-central-1.amazonaws.com/id/ABC", "system:serviceaccount:shop:orders", "shop", "orders", "orders-1", "RS256", "key-1"),
            (claims.Issuer, claims.Subject, claims.Namespace, claims.ServiceAccount, claims.PodName, claims.Algorithm, claims.KeyId));
        Assert.Equal(["sts.amazonaws.com"], claims.Audience);
        Assert.Equal((DateTimeOffset.FromUnixTimeSeconds(1795435200), DateTimeOffset.FromUnixTimeSeconds(1795348800)), (claims.Expiration, claims.IssuedAt));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"aud":"one","exp":"soon","iat":-1,"kubernetes.io":[]}""")]
    [InlineData("""{"aud":[1,"two",null],"exp":1e300,"sub":7}""")]
    [InlineData("""{"sub":"\ud800","aud":["\udc00","a"],"\ud800":"x","kubernetes.io":{"namespace":"\ud800"}}""")]
    public void Odd_claims_are_left_out_and_break_nothing(string payload) => Assert.True(TokenParser.TryParse(TestToken.Create(payload), out _, out _));

    [Theory]
    [InlineData("""{"sub":"real","\ud800":"other"}""")]
    [InlineData("""{"\udc00":"other","sub":"real"}""")]
    [InlineData("""{"sub":"first","sub":"real","\ud800sub":"other"}""")]
    public void A_name_that_holds_half_a_character_is_no_claim(string payload)
    {
        Assert.True(TokenParser.TryParse(TestToken.Create(payload), out var claims, out _));

        Assert.Equal(("real", null), (claims.Subject, claims.Issuer));
    }

    [Theory]
    [InlineData("/var/run/secrets/token", "a path")]
    [InlineData("""{"token":"x"}""", "JSON")]
    [InlineData("<html></html>", "markup")]
    [InlineData("a.b.c\nsome log line", "several lines")]
    [InlineData("no such file", "words")]
    [InlineData("abc.def", "2 dot-separated parts; a JWT has 3")]
    [InlineData("abc.def.ghi", "do not hold JSON")]
    [InlineData("..", "one of them is empty")]
    [InlineData("{\"token\":\"eyJhbGciOiJSUzI1NiJ9.eyJ9.c2ln\"}", "JSON with a token inside")]
    [InlineData("\"eyJhbGciOiJSUzI1NiJ9.eyJ9.c2ln\"", "quotation marks")]
    [InlineData("Bearer eyJhbGciOiJSUzI1NiJ9.eyJ9.c2ln", "Bearer")]
    [InlineData("ZXlKaGJHY2lPaUpTVXpJMU5pSjkuZXlKOS5jMmxu", "base64 once more")]
    [InlineData("eyJhbGciOiJSUzI1NiJ9.eyJzdWIi.c2lneyJhbGciOiJSUzI1NiJ9.eyJzdWIi.c2ln", "twice")]
    [InlineData("eyJhbGciOiJSUzI1NiJ9.eyJzdWIi", "truncated")]
    [InlineData("eyJhbGciOiJSUzI1NiJ9.eyJzdWIi.", "truncated")]
    [InlineData("e\0y\0J\0", "UTF-16")]
    [InlineData("eyJhbGciOiJkaXIi.eyJ9.b.c.d", "encrypted")]
    public void What_is_no_token_is_described_and_not_shown(string text, string expected)
    {
        Assert.False(TokenParser.TryParse(text, out _, out var looksLike));
        Assert.Contains(expected, looksLike, StringComparison.Ordinal);
    }
}
