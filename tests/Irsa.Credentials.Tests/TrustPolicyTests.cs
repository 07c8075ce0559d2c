using System.Text.Json;
using System.Text.Json.Nodes;
using Irsa.Credentials.Failures;
using Irsa.Credentials.Tokens;

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

    /// <summary>AWS has these built in: an OIDC provider of the account in their name makes STS refuse their tokens.</summary>
    [Theory]
    [InlineData("https://accounts.google.com", "accounts.google.com")]
    [InlineData("accounts.google.com", "accounts.google.com")]
    [InlineData("https://cognito-identity.amazonaws.com", "cognito-identity.amazonaws.com")]
    [InlineData("https://cognito-identity-us-gov.amazonaws.com", "cognito-identity-us-gov.amazonaws.com")]
    [InlineData("https://cognito-identity.us-gov-east-1.amazonaws.com", "cognito-identity.us-gov-east-1.amazonaws.com")]
    public void A_built_in_issuer_is_the_principal_by_its_name(string issuer, string name) => AssertPolicy(issuer, name, name);

    /// <summary>Those who log in with Amazon or Facebook have an access token, which is no JWT. A JWT in their name is another's, as that of any issuer.</summary>
    [Theory]
    [InlineData("https://www.amazon.com", "www.amazon.com")]
    [InlineData("https://graph.facebook.com", "graph.facebook.com")]
    [InlineData("https://accounts.google.com.example", "accounts.google.com.example")]
    public void Every_other_issuer_is_the_principal_by_the_ARN_of_a_provider(string issuer, string name) => AssertPolicy(issuer, $"arn:aws:iam::111122223333:oidc-provider/{name}", name);

    /// <summary>AWS compares the claim azp of a token of Google's under <c>aud</c>, and its audience under <c>oaud</c>.</summary>
    [Fact]
    public void The_audience_of_Google_has_a_key_of_its_own_beside_the_client()
    {
        var policy = TrustPolicy.ForToken(Token("""{"iss":"https://accounts.google.com","sub":"1087","azp":"1087","aud":"sts.amazonaws.com"}"""), TestSettings.Role);

        using var json = JsonDocument.Parse(policy.ToJson());
        var equal = json.RootElement.GetProperty("Statement")[0].GetProperty("Condition").GetProperty("StringEquals");
        Assert.Equal(
            """{"accounts.google.com:aud":"1087","accounts.google.com:oaud":"sts.amazonaws.com","accounts.google.com:sub":"1087"}""",
            JsonSerializer.Serialize(equal));
        Assert.Empty(policy.Compare(policy.ToJson()));
    }

    [Theory]
    [InlineData("\"accounts.google.com\"", "\"arn:aws:iam::111122223333:oidc-provider/accounts.google.com\"", "built in, so it has no ARN", "Write \"accounts.google.com\"")]
    [InlineData("\"accounts.google.com\"", "\"arn:aws:iam::999922223333:oidc-provider/accounts.google.com\"", "which AWS has built in", "Write \"accounts.google.com\"")]
    [InlineData("\"Federated\"", "\"AWS\"", "name of the issuer", "\"Federated\": \"accounts.google.com\"")]
    [InlineData("google.com:aud\": \"1087\"", "google.com:aud\": \"sts.amazonaws.com\"", "(its claim azp)", "accounts.google.com:oaud")]
    [InlineData("accounts.google.com:oaud\"", "accounts.google.com:amr\"", "cannot be evaluated", "by hand")]
    [InlineData("\"accounts.google.com:oaud\": \"sts.amazonaws.com\",", "", "No condition restricts :oaud", "\"accounts.google.com:oaud\": \"sts.amazonaws.com\"")]
    [InlineData(",\n          \"accounts.google.com:sub\": \"1087\"", "", "every token of the issuer that meets the other conditions can assume", "\"accounts.google.com:sub\": \"1087\"")]
    public void A_mistake_in_a_policy_for_Google_is_explained_in_its_terms(string right, string wrong, string reason, string remedy)
    {
        var policy = TrustPolicy.ForToken(Token("""{"iss":"https://accounts.google.com","sub":"1087","azp":"1087","aud":"sts.amazonaws.com"}"""), TestSettings.Role);
        var json = policy.ToJson().ReplaceLineEndings("\n");
        Assert.Contains(right, json, StringComparison.Ordinal);

        var found = policy.Compare(json.Replace(right, wrong, StringComparison.Ordinal));

        Assert.Contains(found, one => one.Reason.Contains(reason, StringComparison.Ordinal) && one.Remedy.Contains(remedy, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("", "every token of the issuer can assume the role.")]
    [InlineData(",\"issuer.example:repository\":\"ours\"", "every token of the issuer that meets the other conditions can assume the role.")]
    public void Who_can_assume_a_role_without_a_subject_depends_on_the_other_conditions(string more, string effect)
    {
        var policy = TrustPolicy.ForToken(Token("""{"iss":"https://issuer.example","sub":"repo:ours","aud":"sts.amazonaws.com"}"""), TestSettings.Role);

        var found = policy.Compare(Statement(policy.ProviderArn, $"\"issuer.example:aud\":\"sts.amazonaws.com\"{more}"));

        Assert.Contains(found, one => one.Reason == $"No condition restricts :sub, so {effect}");
    }

    [Theory]
    [InlineData("oaud", "the-subject", ":oaud and :sub")]
    [InlineData("sub", "sts.amazonaws.com", ":oaud and :sub")]
    [InlineData("AUD", "the-subject", ":aud and :sub")]
    [InlineData("oaud", "the-client", ":aud and :oaud")]
    public void Swapped_values_are_named_by_their_keys(string key, string value, string keys)
    {
        var policy = TrustPolicy.ForToken(Token("""{"iss":"https://accounts.google.com","sub":"the-subject","azp":"the-client","aud":"sts.amazonaws.com"}"""), TestSettings.Role);

        var found = Assert.Single(policy.Compare(Statement("accounts.google.com", $"\"accounts.google.com:{key}\":\"{value}\"")), static one => one.Kind == TrustPolicyMismatchKind.Refuses);

        Assert.Equal($"The values of {keys} are swapped.", found.Reason);
    }

    /// <summary>Whoever follows the usual advice and creates a provider breaks what works.</summary>
    [Theory]
    [InlineData("No OpenIDConnect provider found in your account for https://accounts.google.com")]
    [InlineData("Incorrect token audience")]
    [InlineData("OpenIDConnect provider's HTTPS certificate doesn't match configured thumbprint")]
    public void No_refusal_advises_to_create_a_provider_for_a_built_in_issuer(string sentence)
    {
        var claims = new TokenClaims { Issuer = "https://accounts.google.com", Subject = "1087", Audience = ["sts.amazonaws.com"] };

        var failure = StsErrorClassifier.Classify(new StsError("InvalidIdentityToken", sentence, 400, "r"), new ExchangeContext("AssumeRoleWithWebIdentity", TestSettings.Role, static () => "STS", "eu-central-1", claims, 1));

        Assert.DoesNotContain("create-open-id", failure.Remedy, StringComparison.Ordinal);
        Assert.Contains("delete-open-id-connect-provider --open-id-connect-provider-arn arn:aws:iam::111122223333:oidc-provider/accounts.google.com", failure.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("No OpenIDConnect provider found in your account for https://accounts.google.com", true)]
    [InlineData("Incorrect token audience", false)]
    [InlineData("OpenIDConnect provider's HTTPS certificate doesn't match configured thumbprint", false)]
    public void Only_a_missing_provider_may_be_the_region(string sentence, bool mayBeRegion)
    {
        var claims = new TokenClaims { Issuer = "https://accounts.google.com", Subject = "1087", Audience = ["sts.amazonaws.com"] };

        var failure = StsErrorClassifier.Classify(new StsError("InvalidIdentityToken", sentence, 400, "r"), new ExchangeContext("AssumeRoleWithWebIdentity", TestSettings.Role, static () => "STS", "eu-central-1", claims, 1));

        Assert.Equal(mayBeRegion, failure.Remedy.Contains("STS is active in the region", StringComparison.Ordinal));
    }

    private static void AssertPolicy(string issuer, string principal, string provider)
    {
        var policy = TrustPolicy.ForToken(Token($$"""{"iss":"{{issuer}}","sub":"1087","aud":"sts.amazonaws.com"}"""), TestSettings.Role);
        var statement = Statement(principal, $"\"{provider}:aud\":\"sts.amazonaws.com\",\"{provider}:sub\":\"1087\"");
        var expected = $"{{\"Version\":\"2012-10-17\",\"Statement\":[{statement}]}}";

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(policy.ToJson())), policy.ToJson());
        Assert.Equal(principal, policy.ProviderArn);
        Assert.Empty(policy.Compare(expected));
    }

    private static string Statement(string principal, string conditions) =>
        $"{{\"Effect\":\"Allow\",\"Principal\":{{\"Federated\":\"{principal}\"}},\"Action\":\"sts:AssumeRoleWithWebIdentity\",\"Condition\":{{\"StringEquals\":{{{conditions}}}}}}}";

    private static string Token(string claims)
    {
        static string Part(string json) => Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(json)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
        return $"{Part("""{"alg":"RS256"}""")}.{Part(claims)}.c2ln";
    }
}
