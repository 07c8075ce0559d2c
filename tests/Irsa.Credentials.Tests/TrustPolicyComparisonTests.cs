using System.Text;

namespace Irsa.Credentials.Tests;

/// <summary>The policies that people really write, each with what is wrong in it.</summary>
public sealed class TrustPolicyComparisonTests
{
    private const string Host = "oidc.eks.eu-central-1.amazonaws.com/id/ABC";
    private const string Role = "arn:aws:iam::111122223333:role/app";

    private static readonly TrustPolicy Needed = TrustPolicy.For($"https://{Host}", "shop", "orders", Role);

    /// <summary>What is replaced in a policy that fits, by what; then: path, what the reason says, what the remedy says.</summary>
    public static TheoryData<string, string, string, string, string> Mistakes => new()
    {
        // The host, as the principal has it or as the keys have it.
        { $"provider/{Host}", "provider/oidc.eu-central-1.eks.amazonaws.com/id/ABC", "Principal.Federated", "swapped", $"oidc-provider/{Host}" },
        { $"{Host}:sub", "oidc.eu-central-1.eks.amazonaws.com/id/ABC:sub", ":sub\"]", "swapped", $"{Host}:sub" },
        { $"{Host}:sub", "oidc.eks.us-west-2.amazonaws.com/id/ABC:sub", ":sub\"]", "region us-west-2", $"{Host}:sub" },
        { $"{Host}:aud", "oidc.eks.eu-central-1.amazonaws.com/id/ABD:aud", ":aud\"]", "another cluster", $"{Host}:aud" },
        { $"{Host}:sub", "oidc.eks.eu-central-1.amazonaws.com/ABC:sub", ":sub\"]", "/id/", $"{Host}:sub" },
        { $"{Host}:sub", $"{Host}/:sub", ":sub\"]", "ends with a slash", $"{Host}:sub" },
        { $"provider/{Host}", $"provider/{Host}/", "Principal.Federated", "ends with a slash", $"oidc-provider/{Host}" },
        { $"{Host}:sub", $"https://{Host}:sub", ":sub\"]", "https://", $"{Host}:sub" },
        { $"provider/{Host}", $"provider/https://{Host}", "Principal.Federated", "https://", $"oidc-provider/{Host}" },
        { $"{Host}:sub", $"arn:aws:iam::111122223333:oidc-provider/{Host}:sub", ":sub\"]", "begins with the provider's ARN", $"{Host}:sub" },
        { $"provider/{Host}", $"provider/{Host}.cn", "Principal.Federated", "another cluster", $"oidc-provider/{Host}" },
        { $"provider/{Host}", "provider/oidc.eks.eu-central-1.amazonaws.com.cn/id/ABC", "Principal.Federated", "China", $"oidc-provider/{Host}" },
        { $"provider/{Host}", "provider/oidc.example/id/ABC", "Principal.Federated", "the host is oidc.example", $"oidc-provider/{Host}" },
        { $"provider/{Host}", "provider/OIDC.eks.eu-central-1.amazonaws.com/id/ABC", "Principal.Federated", "capitals", $"oidc-provider/{Host}" },

        // The claim.
        { $"{Host}:sub", $"{Host}:subject", ":subject\"]", "cannot be judged", "by hand" },
        { $"{Host}:sub", $"{Host.Replace("ABC", "XYZ", StringComparison.Ordinal)}:sub", ":sub\"]", "another cluster", $"{Host}:sub" },
        { "\"system:serviceaccount:shop:orders\"", "\"sts.amazonaws.com\"", ":sub\"]", "swapped", "system:serviceaccount:shop:orders" },
        { "\"sts.amazonaws.com\"", "\"system:serviceaccount:shop:orders\"", ":aud\"]", "swapped", "sts.amazonaws.com" },
        { "\"sts.amazonaws.com\"", "\"sts.amazonaws.com.cn\"", ":aud\"]", ".cn", "sts.amazonaws.com" },
        { "\"sts.amazonaws.com\"", "\"https://sts.amazonaws.com\"", ":aud\"]", "not an address", "sts.amazonaws.com" },
        { "\"sts.amazonaws.com\"", "\"kubernetes\"", ":aud\"]", "another", "sts.amazonaws.com" },
        { "serviceaccount:shop:orders", "serviceaccount:shop:*", ":sub\"]", "wildcard", "StringLike" },
        { "serviceaccount:shop:orders", "serviceaccount:mall:*", ":sub\"]", "does not match", "StringLike" },
        { "serviceaccount:shop:orders", "serviceaccount:kube-system:orders", ":sub\"]", "namespace kube-system", "system:serviceaccount:shop:orders" },
        { "serviceaccount:shop:orders", "serviceaccount:shop:prod-orders", ":sub\"]", "service account prod-orders", "system:serviceaccount:shop:orders" },
        { "serviceaccount:shop:orders", "serviceaccount:default:default", ":sub\"]", "orders in shop", "system:serviceaccount:shop:orders" },
        { "serviceaccount:shop:orders", "serviceaccount:orders:shop", ":sub\"]", "swapped", "system:serviceaccount:shop:orders" },
        { "serviceaccount:shop:orders", "serviceaccount:Shop:orders", ":sub\"]", "capitals", "system:serviceaccount:shop:orders" },
        { "serviceaccount:shop:orders", "serviceaccount:shop:orders ", ":sub\"]", "white space", "system:serviceaccount:shop:orders" },
        { "system:serviceaccount:shop:orders", "shop:orders", ":sub\"]", "NAMESPACE:NAME", "system:serviceaccount:shop:orders" },
        { "system:serviceaccount:shop:orders", "system:serviceaccounts:shop:orders", ":sub\"]", "NAMESPACE:NAME", "system:serviceaccount:shop:orders" },
        { "\"StringEquals\"", "\"StringNotEquals\"", ":aud\"]", "excludes exactly this", "Remove" },
        { "\"system:serviceaccount:shop:orders\"", "[\"system:serviceaccount:shop:a\", \"system:serviceaccount:shop:b\"]", ":sub\"]", "service account a", "system:serviceaccount:shop:orders" },
        { "\"StringEquals\"", "\"ForAnyValue:StringEquals\"", "", "", "" },

        // Principal.
        { "111122223333:oidc-provider", "999922223333:oidc-provider", "Principal.Federated", "account 999922223333", "111122223333" },
        { "arn:aws:iam", "arn:aws-cn:iam", "Principal.Federated", "partition aws-cn", "arn:aws:iam" },
        { $"\"arn:aws:iam::111122223333:oidc-provider/{Host}\"", $"\"{Host}\"", "Principal.Federated", "must be its ARN", "arn:aws:iam" },
        { "\"Federated\"", "\"AWS\"", "Principal", "kind AWS", "Federated" },
        { "\"Federated\"", "\"Service\"", "Principal", "kind Service", "Federated" },
        { "\"Principal\"", "\"Principle\"", "Principal", "no principal", "Federated" },
        { ":oidc-provider/", ":saml-provider/", "Principal.Federated", "oidc-provider/", "oidc-provider/" },

        // Action and effect.
        { "sts:AssumeRoleWithWebIdentity", "sts:AssumeRole", "Action", "credentials already", "sts:AssumeRoleWithWebIdentity" },
        { "sts:AssumeRoleWithWebIdentity", "sts:AssumeRoleWithSAML", "Action", "SAML", "sts:AssumeRoleWithWebIdentity" },
        { "sts:AssumeRoleWithWebIdentity", "s3:GetObject", "Action", "another", "sts:AssumeRoleWithWebIdentity" },
        { "\"Action\"", "\"Actions\"", "Action", "no action", "sts:AssumeRoleWithWebIdentity" },
        { "\"Action\"", "\"NotAction\"", "NotAction", "leaves", "NotAction" },
        { "\"Allow\"", "\"allow\"", "Effect", "must be Allow", "Allow" },
        { "\"Allow\"", "\"Deny\"", "Statement", "No statement allows", "Add" },

        // The document.
        { "\"Statement\"", "\"Statements\"", "Statement", "no statement", "Add" },
        { "\"Version\"", "Version", "the policy", "not JSON", "Correct" },
        { "}", "", "the policy", "not JSON", "Correct" },
    };

    /// <summary>Policies that let the token in, in other words.</summary>
    public static TheoryData<string, string> Equivalents => new()
    {
        { "\"StringEquals\"", "\"StringLike\"" },
        { "\"StringEquals\"", "\"StringEqualsIgnoreCase\"" },
        { "\"StringEquals\"", "\"ForAnyValue:StringEquals\"" },
        { "\"StringEquals\"", "\"ForAllValues:StringLike\"" },
        { "\"StringEquals\"", "\"StringEqualsIfExists\"" },
        { "\"system:serviceaccount:shop:orders\"", "[\"system:serviceaccount:shop:other\", \"system:serviceaccount:shop:orders\"]" },
        { "\"sts:AssumeRoleWithWebIdentity\"", "[\"sts:TagSession\", \"sts:AssumeRoleWithWebIdentity\"]" },
        { "\"sts:AssumeRoleWithWebIdentity\"", "\"sts:*\"" },
        { "sts:AssumeRoleWithWebIdentity", "STS:assumerolewithwebidentity" },
        { $"{Host}:sub", $"{Host}:SUB" },
        { "\"Version\": \"2012-10-17\",", "" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void A_mistake_is_named_where_it_stands(string right, string wrong, string path, string reason, string remedy)
    {
        var policy = Needed.ToJson();
        Assert.Contains(right, policy, StringComparison.Ordinal);

        var found = Needed.Compare(policy.Replace(right, wrong, StringComparison.Ordinal));

        if (path.Length == 0)
        {
            Assert.Empty(found);
            return;
        }

        var hit = found.FirstOrDefault(one => one.Path.EndsWith(path, StringComparison.Ordinal) && one.Reason.Contains(reason, StringComparison.Ordinal));
        Assert.True(hit is not null, string.Join(Environment.NewLine, found));
        Assert.Contains(remedy, hit.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Equivalents))]
    public void What_lets_the_token_in_is_no_mistake(string right, string same)
    {
        var policy = Needed.ToJson();
        Assert.Contains(right, policy, StringComparison.Ordinal);

        Assert.Empty(Needed.Compare(policy.Replace(right, same, StringComparison.Ordinal)));
    }

    [Fact]
    public void Its_own_document_matches_itself_even_inside_the_answer_of_get_role_and_url_encoded()
    {
        Assert.Empty(Needed.Compare(Needed.ToJson()));
        Assert.Empty(Needed.Compare($$"""{"Role":{"RoleName":"app","AssumeRolePolicyDocument":{{Needed.ToJson()}} } }"""));
        Assert.Empty(Needed.Compare(Uri.EscapeDataString(Needed.ToJson())));
    }

    [Fact]
    public void Line_statement_and_values_are_given()
    {
        var found = Assert.Single(Needed.Compare(Needed.ToJson().Replace("shop:orders", "shop:sales", StringComparison.Ordinal)));

        Assert.Equal($"Statement[0].Condition.StringEquals[\"{Host}:sub\"]", found.Path);
        Assert.Equal((0, 13), (found.StatementIndex, found.Line));
        Assert.Equal(("system:serviceaccount:shop:sales", "system:serviceaccount:shop:orders"), (found.Seen, found.Needed));
        Assert.True(found.IsBlocking);
        Assert.StartsWith("line 13, Statement[0]", found.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_several_statements_one_that_fits_is_enough_and_else_the_closest_is_explained()
    {
        var right = Statement(Needed.ToJson());
        var close = right.Replace("shop:orders", "shop:sales", StringComparison.Ordinal);
        var far = close.Replace("111122223333", "999922223333", StringComparison.Ordinal).Replace("WithWebIdentity", "WithSAML", StringComparison.Ordinal);

        Assert.Empty(Needed.Compare($$"""{"Statement":[{{far}},{{close}},{{right}}]}"""));
        Assert.Equal(1, Assert.Single(Needed.Compare($$"""{"Statement":[{{far}},{{close}}]}""")).StatementIndex);
        Assert.Empty(Needed.Compare($$"""{"Statement":{{right}}}"""));
    }

    [Fact]
    public void A_deny_that_hits_the_token_wins_and_one_that_does_not_is_silent()
    {
        var right = Statement(Needed.ToJson());
        var deny = right.Replace("Allow", "Deny", StringComparison.Ordinal);

        var found = Assert.Single(Needed.Compare($$"""{"Statement":[{{right}},{{deny}}]}"""));

        Assert.Equal(("Statement[1]", 1, true), (found.Path, found.StatementIndex, found.IsBlocking));
        Assert.Contains("wins over every Allow", found.Reason, StringComparison.Ordinal);
        Assert.Empty(Needed.Compare($$"""{"Statement":[{{right}},{{deny.Replace("shop", "mall", StringComparison.Ordinal)}}]}"""));
        Assert.Single(Needed.Compare($$"""{"Statement":[{{right}},{"Effect":"Deny","Principal":"*","Action":"*"}]}"""));
    }

    [Fact]
    public void A_policy_that_lets_everybody_of_the_cluster_in_is_advised_against_but_does_not_refuse()
    {
        var open = Needed.ToJson().Replace($"\"{Host}:sub\": \"system:serviceaccount:shop:orders\"", $"\"{Host}:aud\": \"sts.amazonaws.com\"", StringComparison.Ordinal);

        var found = Assert.Single(Needed.Compare(open));

        Assert.False(found.IsBlocking);
        Assert.Contains("every service account", found.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData("{\"Statement\":null}")]
    [InlineData("{\"Statement\":[]}")]
    [InlineData("{\"Statement\":[1,\"x\",null,{}]}")]
    [InlineData("{\"Statement\":{\"Effect\":1,\"Principal\":[],\"Action\":{},\"Condition\":{\"StringEquals\":7}}}")]
    [InlineData("{\"Statement\":\"\\ud800\"}")]
    [InlineData("%7B%")]
    public void Whatever_is_pasted_is_answered_and_never_thrown(string pasted)
    {
        var found = Needed.Compare(pasted);

        Assert.NotEmpty(found);
        Assert.All(found, static one => Assert.NotEmpty(one.Remedy));
    }

    [Fact]
    public void It_is_built_from_a_token_whose_claims_say_everything()
    {
        var payload = $$"""{"iss":"https://{{Host}}","sub":"system:serviceaccount:shop:orders","aud":["sts.amazonaws.com"]}""";
        var token = $"{Encoded("{}")}.{Encoded(payload)}.c2lnbmF0dXJl";

        Assert.Equal(Needed.ToJson(), TrustPolicy.ForToken(token, Role).ToJson());
        Assert.DoesNotContain("c2ln", Assert.Throws<ArgumentException>(() => TrustPolicy.ForToken("c2ln", Role)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => TrustPolicy.ForToken($"{Encoded("{}")}.{Encoded("{}")}.c2lnbmF0dXJl", Role));
    }

    [Fact]
    public async Task It_is_built_from_a_token_file_and_says_what_else_the_file_holds()
    {
        var path = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(path, $"{Encoded("{}")}.{Encoded("{}")}.c2lnbmF0dXJl", TestContext.Current.CancellationToken);

            var thrown = await Assert.ThrowsAsync<IrsaException>(() => TrustPolicy.ForTokenFileAsync(path, Role, TestContext.Current.CancellationToken));

            Assert.Equal(IrsaErrorCode.TokenMalformed, thrown.Code);
            Assert.Contains("no issuer", thrown.Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static string Statement(string policy) => policy[(policy.IndexOf('[', StringComparison.Ordinal) + 1)..policy.LastIndexOf(']')];

    private static string Encoded(string json) => Convert.ToBase64String(Encoding.UTF8.GetBytes(json)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
