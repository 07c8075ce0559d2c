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

    [Theory]
    [InlineData("nonsense", "does not begin with")]
    [InlineData("arn:aws:iam::111122223333:oidc-provider/oidc.example", "OIDC provider")]
    [InlineData("arn:aws:sts::111122223333:assumed-role/app/session", "session")]
    [InlineData(" ", "empty string")]
    public async Task A_role_that_is_none_is_refused_and_not_built_into_a_policy(string role, string reason)
    {
        Assert.Contains(reason, Assert.Throws<ArgumentException>(() => TrustPolicy.For("oidc.example", "shop", "orders", role)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => TrustPolicy.ForToken("a.b.c", role));
        await Assert.ThrowsAsync<ArgumentException>(() => TrustPolicy.ForTokenFileAsync("/token", role, TestContext.Current.CancellationToken));
    }

    /// <summary>A person reads the policy in a terminal before it is sent to AWS.</summary>
    [Fact]
    public void Claims_that_turn_a_line_around_are_escaped_and_mean_the_same()
    {
        var policy = TrustPolicy.For("https://issuer.example/id/\u202eA\u2066\u2028", "shop", "orders", TestSettings.Role);

        var json = policy.ToJson();

        Assert.DoesNotContain(json, static c => c is '\u202e' or '\u2066' or '\u2028');
        Assert.Contains("\\u202eA", json, StringComparison.Ordinal);
        using var parsed = System.Text.Json.JsonDocument.Parse(json);
        Assert.EndsWith("/id/\u202eA\u2066\u2028", parsed.RootElement.GetProperty("Statement")[0].GetProperty("Principal").GetProperty("Federated").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_file_that_is_missing_is_named_with_its_folder()
    {
        var thrown = await Assert.ThrowsAsync<IrsaException>(() => TrustPolicy.ForTokenFileAsync("missing-token", "arn:aws:iam::111122223333:role/app", TestContext.Current.CancellationToken));

        Assert.Contains($"the directory \"{Environment.CurrentDirectory}\" exists, but has no such file", thrown.Message, StringComparison.Ordinal);
    }
}
