using Amazon.Runtime;
using Irsa.Credentials.AuthTokens;

namespace Irsa.Credentials.Tests.AuthTokens;

public sealed class AuthTokenArgumentTests
{
    [Theory]
    [InlineData("orders.abc.eu-central-1.rds.amazonaws.com", "rds", "eu-central-1")]
    [InlineData("orders.cluster-ro-abc.us-gov-west-1.rds.amazonaws.com", "rds", "us-gov-west-1")]
    [InlineData("orders.proxy-abc.ap-southeast-2.rds.amazonaws.com", "rds", "ap-southeast-2")]
    [InlineData("orders.abc.rds.cn-north-1.amazonaws.com.cn", "rds", "cn-north-1")]
    [InlineData("Orders.ABC.EU-West-1.RDS.amazonaws.com", "rds", "eu-west-1")]
    [InlineData("abcdefghij.dsql.us-east-2.on.aws", "dsql", "us-east-2")]
    [InlineData("database.example.com", "rds", null)]
    [InlineData("rds.example.com", "rds", null)]
    [InlineData("localhost", "rds", null)]
    public void The_region_is_the_one_in_the_host_name(string host, string service, string? region) =>
        Assert.Equal(region, AuthTokenArguments.RegionOf(host, service));

    [Fact]
    public void A_host_of_another_region_is_signed_for_that_region() =>
        Assert.Equal("eu-west-1", AuthTokenRequests.Rds("orders.abc.eu-west-1.rds.amazonaws.com", 5432, "app", "us-east-1").Region);

    [Theory]
    [InlineData("")]
    [InlineData("https://orders.example.com")]
    [InlineData("orders.example.com:5432")]
    [InlineData("orders.example.com/db")]
    [InlineData("orders.example.com?X-Amz-Expires=604800")]
    [InlineData("orders.example.com\n")]
    [InlineData("user@orders.example.com")]
    public void What_is_not_a_host_name_is_refused(string host) =>
        Assert.ThrowsAny<ArgumentException>(() => AuthTokenRequests.Rds(host, 5432, "app", "eu-central-1"));

    [Theory]
    [InlineData("orders.abc.cache.amazonaws.com")]
    [InlineData("orders/")]
    [InlineData("1orders")]
    public void The_endpoint_of_a_cache_is_not_its_name(string name) =>
        Assert.ThrowsAny<ArgumentException>(() => AuthTokenRequests.ElastiCache(name, "app", isServerless: false, "eu-central-1"));

    [Theory]
    [InlineData(0)]
    [InlineData(65_536)]
    public void A_port_outside_of_its_range_is_refused(int port) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => AuthTokenRequests.Rds("orders.example.com", port, "app", "eu-central-1"));

    [Theory]
    [InlineData(null)]
    [InlineData("eu-central-1a")]
    [InlineData("evil.example.com/eu-central-1")]
    public void Without_a_region_nothing_is_signed(string? region)
    {
        Assert.Throws<ArgumentException>(() => AuthTokenRequests.Msk(region));
        Assert.Throws<ArgumentException>(() => AuthTokenRequests.Eks("orders", region));
    }

    [Fact]
    public void The_token_service_of_China_has_the_suffix_of_China() =>
        Assert.Equal("sts.cn-north-1.amazonaws.com.cn", AuthTokenRequests.Eks("orders", "cn-north-1").Address.Host);

    [Theory]
    [InlineData(3600, 900, "X-Amz-Expires=900")]
    [InlineData(900, 900, "X-Amz-Expires=900")]
    [InlineData(100, 100, "X-Amz-Expires=100")]
    [InlineData(0, 1, "X-Amz-Expires=1")]
    public void A_token_ends_with_the_session_that_signs_it(int secondsLeft, int lifetime, string expires)
    {
        var now = DateTimeOffset.UnixEpoch.AddDays(20_000);

        var token = AuthTokenSigner.Sign(
            AuthTokenRequests.Dsql("abc.dsql.eu-central-1.on.aws", "app", region: null), new SessionAWSCredentials("ASIA", "secret", "token"), now, now.AddSeconds(secondsLeft));

        Assert.Equal(now.AddSeconds(lifetime), token.Expiration);
        Assert.Contains(expires, token.Value, StringComparison.Ordinal);
        Assert.DoesNotContain("X-Amz-Signature", token.ToString(), StringComparison.Ordinal);
    }
}
