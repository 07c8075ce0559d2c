using System.Text;
using System.Text.RegularExpressions;

namespace Irsa.Credentials.Tests.Trust;

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
        { $"provider/{Host}", "provider/OIDC.eks.eu-central-1.amazonaws.com/id/ABC", "Principal.Federated", "upper and lower case", $"oidc-provider/{Host}" },

        // The claim.
        { $"{Host}:sub", $"{Host}:subject", ":subject\"]", "cannot be evaluated", "by hand" },
        { $"{Host}:sub", $"{Host.Replace("ABC", "XYZ", StringComparison.Ordinal)}:sub", ":sub\"]", "another cluster", $"{Host}:sub" },
        { "\"system:serviceaccount:shop:orders\"", "\"sts.amazonaws.com\"", ":sub\"]", "swapped", "system:serviceaccount:shop:orders" },
        { "\"sts.amazonaws.com\"", "\"system:serviceaccount:shop:orders\"", ":aud\"]", "swapped", "sts.amazonaws.com" },
        { "\"sts.amazonaws.com\"", "\"sts.amazonaws.com.cn\"", ":aud\"]", ".cn", "sts.amazonaws.com" },
        { "\"sts.amazonaws.com\"", "\"https://sts.amazonaws.com\"", ":aud\"]", "not a URL", "sts.amazonaws.com" },
        { "\"sts.amazonaws.com\"", "\"kubernetes\"", ":aud\"]", "another audience", "sts.amazonaws.com" },
        { "serviceaccount:shop:orders", "serviceaccount:shop:*", ":sub\"]", "wildcard", "StringLike" },
        { "serviceaccount:shop:orders", "serviceaccount:mall:*", ":sub\"]", "does not match", "StringLike" },
        { "serviceaccount:shop:orders", "serviceaccount:kube-system:orders", ":sub\"]", "namespace kube-system", "system:serviceaccount:shop:orders" },
        { "serviceaccount:shop:orders", "serviceaccount:shop:prod-orders", ":sub\"]", "service account prod-orders", "system:serviceaccount:shop:orders" },
        { "serviceaccount:shop:orders", "serviceaccount:default:default", ":sub\"]", "orders in shop", "system:serviceaccount:shop:orders" },
        { "serviceaccount:shop:orders", "serviceaccount:orders:shop", ":sub\"]", "swapped", "system:serviceaccount:shop:orders" },
        { "serviceaccount:shop:orders", "serviceaccount:Shop:orders", ":sub\"]", "upper and lower case", "system:serviceaccount:shop:orders" },
        { "serviceaccount:shop:orders", "serviceaccount:shop:orders ", ":sub\"]", "white space", "system:serviceaccount:shop:orders" },
        { "system:serviceaccount:shop:orders", "shop:orders", ":sub\"]", "NAMESPACE:NAME", "system:serviceaccount:shop:orders" },
        { "system:serviceaccount:shop:orders", "system:serviceaccounts:shop:orders", ":sub\"]", "NAMESPACE:NAME", "system:serviceaccount:shop:orders" },
        { "\"StringEquals\"", "\"StringNotEquals\"", ":aud\"]", "excludes exactly the token", "Remove" },
        { "\"system:serviceaccount:shop:orders\"", "[\"system:serviceaccount:shop:a\", \"system:serviceaccount:shop:b\"]", ":sub\"]", "service account a", "system:serviceaccount:shop:orders" },
        { "\"StringEquals\"", "\"ForAnyValue:StringEquals\"", "", "", "" },

        // Principal.
        { "111122223333:oidc-provider", "999922223333:oidc-provider", "Principal.Federated", "account 999922223333", "111122223333" },
        { "arn:aws:iam", "arn:aws-cn:iam", "Principal.Federated", "partition aws-cn", "arn:aws:iam" },
        { $"\"arn:aws:iam::111122223333:oidc-provider/{Host}\"", $"\"{Host}\"", "Principal.Federated", "must be its ARN", "arn:aws:iam" },
        { "\"Federated\"", "\"AWS\"", "Principal", "type AWS", "Federated" },
        { "\"Federated\"", "\"Service\"", "Principal", "type Service", "Federated" },
        { "\"Principal\"", "\"Principle\"", "Principal", "no principal", "Federated" },
        { ":oidc-provider/", ":saml-provider/", "Principal.Federated", "oidc-provider/", "oidc-provider/" },

        // Action and effect.
        { "sts:AssumeRoleWithWebIdentity", "sts:AssumeRole", "Action", "already have credentials", "sts:AssumeRoleWithWebIdentity" },
        { "sts:AssumeRoleWithWebIdentity", "sts:AssumeRoleWithSAML", "Action", "SAML", "sts:AssumeRoleWithWebIdentity" },
        { "sts:AssumeRoleWithWebIdentity", "s3:GetObject", "Action", "another action", "sts:AssumeRoleWithWebIdentity" },
        { "\"Action\"", "\"Actions\"", "Action", "no action", "sts:AssumeRoleWithWebIdentity" },
        { "\"Action\"", "\"NotAction\"", "NotAction", "excludes", "NotAction" },
        { "\"Allow\"", "\"allow\"", "Effect", "must be Allow", "\"Allow\"" },
        { "\"Allow\"", "\"deny\"", "Effect", "must be Allow", "\"Deny\"" },
        { "\"Allow\"", "\"Deny\"", "Statement", "No statement allows", "Add" },

        // What IAM takes for a statement.
        { "\"Action\"", "\"Resource\": \"*\", \"Action\"", "Resource", "cannot have Resource", "Remove" },
        { "\"Condition\"", "\"condition\"", "condition", "cannot have condition", "capitals" },
        { "\"Principal\"", "\"NotPrincipal\"", "NotPrincipal", "cannot have NotPrincipal", "Remove" },
        { "\"StringEquals\": {", "\"StringEquals\": [{}], \"StringLike\": {", "StringEquals", "has no keys", "OPERATOR" },
        { "\"Condition\": {", "\"Condition\": \"x\", \"Sid\": {", "Condition", "not an object", "OPERATOR" },
        { "\"Condition\": {", "\"Condition\": { \"StringLike\": { \"aws:SourceIp\": [[]] },", "aws:SourceIp\"]", "neither a string", "KEY" },
        { "\"Action\"", "\"Effect\": \"Allow\", \"Action\"", "Effect", "occurs twice", "Keep one" },

        // The document.
        { "\"Statement\"", "\"Statements\"", "Statement", "no statement", "Add" },
        { "\"Version\"", "Version", "the policy", "not valid JSON", "Correct" },
        { "}", "", "the policy", "not valid JSON", "Correct" },
    };

    /// <summary>Conditions beside those that fit: none, what is said and what it means. Each fails or holds whatever else is known of the call.</summary>
    public static TheoryData<string, string, TrustPolicyMismatchKind?> FurtherConditions => new()
    {
        { """{"Null":{"HOST:sub":"false"}}""", "", null },
        { """{"Null":{"HOST:sub":"true"}}""", "always has this claim", TrustPolicyMismatchKind.Refuses },
        { """{"Null":{"HOST:sub":true}}""", "always has this claim", TrustPolicyMismatchKind.Refuses },
        { """{"Null":{"HOSTX:sub":"true"}}""", "", null },
        { """{"Null":{"HOSTX:sub":"false"}}""", "another cluster", TrustPolicyMismatchKind.Refuses },
        { """{"Null":{"aws:SourceVpc":"false"}}""", "cannot be evaluated", TrustPolicyMismatchKind.Inconclusive },
        { """{"StringEquals":{"sts:ExternalId":"1"}}""", "no external ID", TrustPolicyMismatchKind.Refuses },
        { """{"StringEquals":{"aws:RequestTag/a.b:sub":"1"}}""", "cannot be evaluated", TrustPolicyMismatchKind.Inconclusive },
        { """{"StringEquals":{"OIDC.eks.eu-central-1.amazonaws.com/id/ABC:amr":"1"}}""", "cannot be evaluated", TrustPolicyMismatchKind.Inconclusive },
        { """{"StringEquals":{"HOST:sub":[]}}""", "list of values is empty", TrustPolicyMismatchKind.Refuses },
        { """{"StringNotLike":{"HOST:sub":"system:serviceaccount:${aws:username}:*"}}""", "policy variable", TrustPolicyMismatchKind.Inconclusive },
        { """{"ArnLike":{"HOST:sub":"*"}}""", "not a string operator", TrustPolicyMismatchKind.Inconclusive },

        // Without the key: all of none fit, not any of them does, and IfExists changes neither.
        { """{"StringEquals":{"HOSTX:sub":"x"}}""", "another cluster", TrustPolicyMismatchKind.Refuses },
        { """{"StringEqualsIfExists":{"HOSTX:sub":"x"}}""", "", null },
        { """{"StringNotEquals":{"HOSTX:sub":"x"}}""", "", null },
        { """{"ForAllValues:StringEquals":{"HOSTX:sub":"x"}}""", "", null },
        { """{"ForAnyValue:StringNotEquals":{"HOSTX:sub":"x"}}""", "another cluster", TrustPolicyMismatchKind.Refuses },
        { """{"ForAnyValue:StringEqualsIfExists":{"HOSTX:sub":"x"}}""", "another cluster", TrustPolicyMismatchKind.Refuses },
    };

    /// <summary>Whom a Deny names, with what conditions, and whether it keeps the token out; null when it does not.</summary>
    public static TheoryData<string, string, TrustPolicyMismatchKind?> Denials => new()
    {
        { "\"Principal\": \"*\"", "{}", TrustPolicyMismatchKind.Refuses },
        { "\"Principal\": {\"AWS\": \"*\"}", "{}", TrustPolicyMismatchKind.Refuses },
        { "\"Principal\": {\"AWS\": [\"111122223333\", \"*\"]}", "{}", TrustPolicyMismatchKind.Refuses },
        { "\"Principal\": {\"Federated\": \"*\"}", "{}", TrustPolicyMismatchKind.Refuses },
        { "\"Principal\": {\"AWS\": \"111122223333\"}", "{}", null },
        { "\"Principal\": {\"Service\": \"*\"}", "{}", null },
        { "\"NotPrincipal\": {\"AWS\": \"111122223333\"}", "{}", TrustPolicyMismatchKind.Refuses },
        { "\"Principle\": \"*\"", "{}", TrustPolicyMismatchKind.Refuses },
        { "\"Principal\": \"*\"", "[]", TrustPolicyMismatchKind.Refuses },
        { "\"Principal\": \"*\"", """{"StringNotEquals":{"aws:SourceVpc":"vpc-1"}}""", TrustPolicyMismatchKind.Inconclusive },
        { "\"Principal\": \"*\"", """{"Bool":{"aws:SecureTransport":"false"}}""", TrustPolicyMismatchKind.Inconclusive },
        { "\"Principal\": \"*\"", """{"StringEquals":{"HOST:sub":"${aws:username}"}}""", TrustPolicyMismatchKind.Inconclusive },
        { "\"Principal\": \"*\"", """{"Null":{"HOST:sub":"true"}}""", null },
        { "\"Principal\": \"*\"", """{"StringNotEquals":{"HOST:sub":"system:serviceaccount:shop:orders"}}""", null },
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

    [Theory]
    [MemberData(nameof(FurtherConditions))]
    public void A_further_condition_holds_or_fails_or_is_said_to_be_undecided(string condition, string reason, TrustPolicyMismatchKind? kind)
    {
        var statement = Statement(Needed.ToJson());
        var merged = statement.Replace("\"Condition\": {", $"\"Condition\": {{ {condition[1..^1].Replace("HOST", Host, StringComparison.Ordinal).Replace("StringEquals", "stringEquals", StringComparison.Ordinal)},", StringComparison.Ordinal);

        var found = Needed.Compare($$"""{"Statement":[{{merged}}]}""");

        Assert.Equal(kind, found.Count == 0 ? null : Assert.Single(found).Kind);
        Assert.All(found, one => Assert.Contains(reason, one.Reason, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Denials))]
    public void A_deny_is_silent_only_where_it_surely_spares_the_token(string principal, string condition, TrustPolicyMismatchKind? kind)
    {
        var deny = $$"""{"Effect":"Deny",{{principal}},"Action":"sts:*","Condition":{{condition.Replace("HOST", Host, StringComparison.Ordinal)}} }""";

        var found = Needed.Compare($$"""{"Statement":[{{Statement(Needed.ToJson())}},{{deny}}]}""");

        Assert.Equal(kind, found.Count == 0 ? null : found.Min(static one => one.Kind));
        Assert.All(found, static one => Assert.Equal(1, one.StatementIndex));
    }

    [Theory]
    [InlineData("""{"Service":"ec2.amazonaws.com"}""", "\"sts:AssumeRole\"")]
    [InlineData("""{"Service":"pods.eks.amazonaws.com"}""", """["sts:AssumeRole","sts:TagSession"]""")]
    [InlineData("""{"Service":"ec2.amazonaws.com"}""", "\"sts:*\"")]
    [InlineData("""{"AWS":"arn:aws:iam::111122223333:root"}""", "\"sts:AssumeRole\"")]
    [InlineData("""{"Federated":"arn:aws:iam::111122223333:saml-provider/idp"}""", "\"sts:AssumeRoleWithSAML\"")]
    public void The_statement_of_another_cluster_is_explained_and_not_one_for_somebody_else(string principal, string action)
    {
        var other = $$"""{"Effect":"Allow","Principal":{{principal}},"Action":{{action}}}""";
        var oldCluster = Statement(Needed.ToJson()).Replace("id/ABC", "id/OLD", StringComparison.Ordinal);

        var found = Needed.Compare($$"""{"Statement":[{{other}},{{oldCluster}}]}""");

        Assert.Equal(3, found.Count);
        Assert.All(found, static one => Assert.Equal(1, one.StatementIndex));
        Assert.All(found, static one => Assert.Contains("another cluster", one.Reason, StringComparison.Ordinal));
        var alone = Assert.Single(Needed.Compare($$"""{"Statement":[{{other}}]}"""));
        Assert.Contains("No statement is for web identities", alone.Reason, StringComparison.Ordinal);
        Assert.Equal(Needed.ToJson(), alone.Needed);
    }

    [Fact]
    public void What_a_statement_is_for_comes_before_how_many_of_its_elements_differ()
    {
        var right = Statement(Needed.ToJson());
        var tags = right.Replace("sts:AssumeRoleWithWebIdentity", "sts:TagSession", StringComparison.Ordinal);
        var account = right.Replace("\"Federated\"", "\"AWS\"", StringComparison.Ordinal);
        var oldCluster = right.Replace("id/ABC", "id/OLD", StringComparison.Ordinal);

        Assert.Equal(1, Needed.Compare($"[{tags},{oldCluster}]")[0].StatementIndex);
        Assert.Equal(1, Needed.Compare($"[{account},{oldCluster}]")[0].StatementIndex);
    }

    [Fact]
    public void A_statement_that_surely_lets_the_token_in_is_preferred_to_one_that_may()
    {
        var right = Statement(Needed.ToJson());
        var perhaps = right.Replace("\"Condition\": {", "\"Condition\": { \"IpAddress\": { \"aws:SourceIp\": \"10.0.0.0/8\" },", StringComparison.Ordinal);

        Assert.Equal(TrustPolicyMismatchKind.Inconclusive, Assert.Single(Needed.Compare($$"""{"Statement":[{{perhaps}}]}""")).Kind);
        Assert.Empty(Needed.Compare($$"""{"Statement":[{{perhaps}},{{right}}]}"""));
    }

    [Fact]
    public void A_statement_alone_and_a_list_of_them_are_taken_for_a_policy()
    {
        var right = Statement(Needed.ToJson());
        var wrong = right.Replace("shop:orders", "shop:sales", StringComparison.Ordinal);

        Assert.Empty(Needed.Compare(right));
        Assert.Empty(Needed.Compare($"[{wrong},{right}]"));
        Assert.Empty(Needed.Compare(Uri.EscapeDataString($"[{right}]")));
        Assert.Equal($"Condition.StringEquals[\"{Host}:sub\"]", Assert.Single(Needed.Compare(wrong)).Path);
        Assert.Equal("the statement", Assert.Single(Needed.Compare("""{"Effect":"Deny","Principal":"*","Action":"*"}"""), static one => one.Seen == "Deny").Path);
    }

    [Theory]
    [InlineData("*")]
    [InlineData("system:serviceaccount:*")]
    [InlineData("system:serviceaccount:*:*")]
    public void A_pattern_that_keeps_nobody_out_is_advised_against(string pattern)
    {
        var like = Needed.ToJson().Replace("StringEquals", "StringLike", StringComparison.Ordinal);

        var found = Assert.Single(Needed.Compare(like.Replace("system:serviceaccount:shop:orders", pattern, StringComparison.Ordinal)));

        Assert.Equal((TrustPolicyMismatchKind.Advice, pattern), (found.Kind, found.Seen));
        Assert.Contains("every service account", found.Reason, StringComparison.Ordinal);
        Assert.Empty(Needed.Compare(like.Replace("shop:orders", "shop:*", StringComparison.Ordinal)));
        Assert.Contains("another audience", Assert.Single(Needed.Compare(like.Replace("sts.amazonaws.com", "*", StringComparison.Ordinal))).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_statement_that_trusts_everybody_is_advised_against_in_both_forms()
    {
        var federated = $"{{\n        \"Federated\": \"arn:aws:iam::111122223333:oidc-provider/{Host}\"\n      }}";
        var policy = Needed.ToJson().ReplaceLineEndings("\n");
        Assert.Contains(federated, policy, StringComparison.Ordinal);

        foreach (var everybody in (string[])["\"*\"", "{\"AWS\":\"*\"}"])
        {
            var found = Assert.Single(Needed.Compare(policy.Replace(federated, everybody, StringComparison.Ordinal)));
            Assert.Equal((TrustPolicyMismatchKind.Advice, "The statement trusts everybody."), (found.Kind, found.Reason));
        }
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
        Assert.Equal(TrustPolicyMismatchKind.Refuses, found.Kind);
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

        Assert.Equal(("Statement[1]", 1, TrustPolicyMismatchKind.Refuses), (found.Path, found.StatementIndex, found.Kind));
        Assert.Contains("overrides every Allow", found.Reason, StringComparison.Ordinal);
        Assert.Empty(Needed.Compare($$"""{"Statement":[{{right}},{{deny.Replace("shop", "mall", StringComparison.Ordinal)}}]}"""));
        Assert.Single(Needed.Compare($$"""{"Statement":[{{right}},{"Effect":"Deny","Principal":"*","Action":"*"}]}"""));
    }

    [Fact]
    public void A_policy_that_lets_everybody_of_the_cluster_in_is_advised_against_but_does_not_refuse()
    {
        var open = Regex.Replace(Needed.ToJson(), ",\\s*\"[^\"]*:sub\": \"[^\"]*\"", string.Empty);
        Assert.DoesNotContain("orders", open, StringComparison.Ordinal);

        var found = Assert.Single(Needed.Compare(open));

        Assert.Equal(TrustPolicyMismatchKind.Advice, found.Kind);
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

    [Theory]
    [InlineData("arn:aws:iam::111122223333:role/platform/app", "another path", "Set the annotation")]
    [InlineData("arn:aws:iam::111122223333:role/other", "is about the role", "aws iam get-role --role-name app")]
    [InlineData("arn:aws:iam::999922223333:role/app", "is about the role", "credentials of the role's account")]
    public void The_answer_of_get_role_must_be_about_the_role(string arn, string reason, string remedy)
    {
        var found = Assert.Single(Needed.Compare($$"""{"Role":{"RoleName":"app","Arn":"{{arn}}","AssumeRolePolicyDocument":{{Needed.ToJson()}} } }"""));

        Assert.Equal((TrustPolicyMismatchKind.Refuses, "Role.Arn", arn), (found.Kind, found.Path, found.Seen));
        Assert.Contains(reason, found.Reason, StringComparison.Ordinal);
        Assert.Contains(remedy, found.Remedy, StringComparison.Ordinal);
        Assert.Empty(Needed.Compare($$"""{"Role":{"Arn":"{{Role}}","AssumeRolePolicyDocument":{{Needed.ToJson()}} } }"""));
        Assert.Empty(Needed.Compare($$"""{"Role":{"Arn":"{{Role}}","AssumeRolePolicyDocument":"{{Uri.EscapeDataString(Needed.ToJson())}}"} }"""));
    }

    [Theory]
    [InlineData("provider/oidc.eks.eu-central-1.amazonaws.com/id/ABC", "provider/${oidc_provider}")]
    [InlineData("111122223333:oidc", "<ACCOUNT_ID>:oidc")]
    [InlineData("oidc.eks.eu-central-1.amazonaws.com/id/ABC:sub", "${oidc_provider}:sub")]
    [InlineData("oidc.eks.eu-central-1.amazonaws.com/id/ABC:aud", "{{ .Values.oidcProvider }}:aud")]
    [InlineData("serviceaccount:shop:orders", "serviceaccount:${var.namespace}:orders")]
    [InlineData("serviceaccount:shop:orders", "serviceaccount:$NAMESPACE:orders")]
    public void A_template_placeholder_refuses(string right, string placeholder)
    {
        var found = Needed.Compare(Needed.ToJson().Replace(right, placeholder, StringComparison.Ordinal));

        Assert.Contains(found, static one => one.Kind == TrustPolicyMismatchKind.Refuses && one.Reason.Contains("placeholder", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"DateLessThan":{"aws:CurrentTime":"2020-01-01T00:00:00Z"}}""", true)]
    [InlineData("""{"DateGreaterThan":{"aws:CurrentTime":"2990-01-01T00:00:00Z"}}""", true)]
    [InlineData("""{"DateLessThanEquals":{"aws:EpochTime":"1577836800"}}""", true)]
    [InlineData("""{"NumericLessThan":{"aws:EpochTime":1577836800}}""", true)]
    [InlineData("""{"DateLessThan":{"aws:CurrentTime":"2990-01-01T00:00:00Z"}}""", false)]
    [InlineData("""{"DateGreaterThan":{"aws:CurrentTime":"2020-01-01T00:00:00Z"}}""", false)]
    public void A_date_that_has_passed_refuses(string condition, bool isRefused)
    {
        var found = Needed.Compare(Needed.ToJson().Replace("\"Condition\": {", $"\"Condition\": {{ {condition[1..^1]},", StringComparison.Ordinal));

        TrustPolicyMismatchKind? expected = isRefused ? TrustPolicyMismatchKind.Refuses : null;
        Assert.Equal(expected, found.Count == 0 ? null : Assert.Single(found).Kind);
    }

    [Theory]
    [InlineData("sts:AssumeRoleWithWebIdentity ")]
    [InlineData(" sts:AssumeRoleWithWebIdentity")]
    public void An_action_with_white_space_around_it_is_not_the_action(string action)
    {
        var found = Assert.Single(Needed.Compare(Needed.ToJson().Replace("sts:AssumeRoleWithWebIdentity", action, StringComparison.Ordinal)));

        Assert.Equal(TrustPolicyMismatchKind.Refuses, found.Kind);
        Assert.Contains("white space", found.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_account_name_in_any_namespace_is_advised_against()
    {
        var like = Needed.ToJson().Replace("StringEquals", "StringLike", StringComparison.Ordinal);

        var found = Assert.Single(Needed.Compare(like.Replace("serviceaccount:shop:orders", "serviceaccount:*:orders", StringComparison.Ordinal)));

        Assert.Equal(TrustPolicyMismatchKind.Advice, found.Kind);
        Assert.Contains("every namespace", found.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("// trust\n{}", "comments")]
    [InlineData("{\n  // who\n  \"Statement\": []\n}", "comments")]
    [InlineData("Version: '2012-10-17'\nStatement:\n- Effect: Allow", "YAML")]
    [InlineData("# comment\nStatement:\n- Effect: Allow", "YAML")]
    [InlineData("data \"aws_iam_policy_document\" \"trust\" {\n  statement {\n  }\n}", "Terraform")]
    [InlineData("assume_role_policy = jsonencode({})", "Terraform")]
    [InlineData("<html></html>", "XML or HTML")]
    [InlineData("{\"PolicyName\":\"x\",\"PolicyDocument\":{\"Statement\":[]}}", "permissions policy")]
    public void What_is_not_a_policy_is_named(string pasted, string what)
    {
        var found = Assert.Single(Needed.Compare(pasted));

        Assert.Contains(what, found.Reason, StringComparison.Ordinal);
        Assert.Contains("aws iam get-role --role-name app", found.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0xd800)]
    [InlineData(0xdc00)]
    public void Half_a_character_in_a_policy_is_answered(int half) =>
        Assert.Contains("half a character", Assert.Single(Needed.Compare($"{{\"a\":\"{(char)half}\"}}")).Reason, StringComparison.Ordinal);

    [Fact]
    public void A_text_far_longer_than_a_policy_is_not_read() => Assert.Contains("longer than 1 MB", Assert.Single(Needed.Compare(new string('%', 2_000_000))).Reason, StringComparison.Ordinal);

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

            Assert.Equal(IrsaErrorCode.TokenInvalid, thrown.Code);
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
