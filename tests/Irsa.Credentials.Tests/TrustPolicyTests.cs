using System.Text.Json;

namespace Irsa.Credentials.Tests;

public sealed class TrustPolicyTests
{
    [Theory]
    [InlineData("https://oidc.eks.eu-central-1.amazonaws.com/id/ABC", "arn:aws:iam::111122223333:role/app", "arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-central-1.amazonaws.com/id/ABC")]
    [InlineData("oidc.eks.cn-north-1.amazonaws.com.cn/id/ABC", "arn:aws-cn:iam::111122223333:role/app", "arn:aws-cn:iam::111122223333:oidc-provider/oidc.eks.cn-north-1.amazonaws.com.cn/id/ABC")]
    public void The_statement_names_provider_audience_and_subject(string issuer, string role, string provider)
    {
        using var policy = JsonDocument.Parse(TrustPolicy.For(issuer, "shop", "orders", role).ToJson());

        var statement = Assert.Single(policy.RootElement.GetProperty("Statement").EnumerateArray());
        Assert.Equal(provider, statement.GetProperty("Principal").GetProperty("Federated").GetString());
        Assert.Equal("sts:AssumeRoleWithWebIdentity", statement.GetProperty("Action").GetString());
        var host = provider[(provider.IndexOf('/', StringComparison.Ordinal) + 1)..];
        var equal = statement.GetProperty("Condition").GetProperty("StringEquals");
        Assert.Equal(
            ("sts.amazonaws.com", "system:serviceaccount:shop:orders"),
            (equal.GetProperty($"{host}:aud").GetString(), equal.GetProperty($"{host}:sub").GetString()));
    }
}
