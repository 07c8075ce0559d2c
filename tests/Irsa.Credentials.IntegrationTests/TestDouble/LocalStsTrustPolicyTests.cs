using System.Net;

namespace Irsa.Credentials.IntegrationTests.TestDouble;

public sealed class LocalStsTrustPolicyTests : LocalAwsTest
{
    public static TheoryData<string, string, bool> Conditions => new()
    {
        { "equal", """{"StringEquals":{"ISS:aud":"sts.amazonaws.com","ISS:sub":"system:serviceaccount:default:app"}}""", true },
        { "key in other case", """{"StringEquals":{"ISS:SUB":"system:serviceaccount:default:app"}}""", true },
        { "value in other case", """{"StringEquals":{"ISS:sub":"system:serviceaccount:default:APP"}}""", false },
        { "other case allowed", """{"StringEqualsIgnoreCase":{"ISS:sub":"system:serviceaccount:default:APP"}}""", true },
        { "one of several", """{"StringEquals":{"ISS:sub":["system:serviceaccount:default:other","system:serviceaccount:default:app"]}}""", true },
        { "none of several", """{"StringEquals":{"ISS:sub":["a","b"]}}""", false },
        { "wildcard", """{"StringLike":{"ISS:sub":"system:serviceaccount:def*:a?p"}}""", true },
        { "wildcard that misses", """{"StringLike":{"ISS:sub":"system:serviceaccount:kube-*:app"}}""", false },
        { "wildcard under equals", """{"StringEquals":{"ISS:sub":"system:serviceaccount:default:*"}}""", false },
        { "not", """{"StringNotEquals":{"ISS:sub":"system:serviceaccount:default:other"}}""", true },
        { "not, but it is", """{"StringNotLike":{"ISS:sub":"system:*"}}""", false },
        { "aud and sub swapped", """{"StringEquals":{"ISS:sub":"sts.amazonaws.com","ISS:aud":"system:serviceaccount:default:app"}}""", false },
        { "key with scheme", """{"StringEquals":{"http://ISS:sub":"system:serviceaccount:default:app"}}""", false },
        { "ARN as key", """{"StringEquals":{"arn:aws:iam::111122223333:oidc-provider/ISS:sub":"system:serviceaccount:default:app"}}""", false },
        { "two tests, one fails", """{"StringEquals":{"ISS:aud":"sts.amazonaws.com"},"StringLike":{"ISS:sub":"no*"}}""", false },
        { "absent key", """{"StringEquals":{"ISS:amr":"x"}}""", false },
        { "absent key, if it exists", """{"StringEqualsIfExists":{"ISS:amr":"x"}}""", true },
        { "absent key, negated", """{"StringNotEquals":{"ISS:amr":"x"}}""", true },
        { "any value", """{"ForAnyValue:StringEquals":{"ISS:aud":["sts.amazonaws.com","other"]}}""", true },
        { "session name", """{"StringEquals":{"sts:RoleSessionName":"session"}}""", true },
        { "region", """{"StringEquals":{"aws:RequestedRegion":"eu-central-1"}}""", true },
        { "other region", """{"StringEquals":{"aws:RequestedRegion":"us-east-1"}}""", false },
        { "the caller's ARN, which a token has not", """{"StringLike":{"aws:PrincipalArn":"*"}}""", false },
        { "other session name", """{"StringEquals":{"sts:RoleSessionName":"other"}}""", false },
    };

    [Theory]
    [MemberData(nameof(Conditions))]
    public async Task A_condition_holds_or_not_as_at_IAM(string what, string condition, bool expected)
    {
        Assert.NotEmpty(what);
        Trust(Statement(condition: condition));

        await AssertAllowedAsync(expected);
    }

    public static TheoryData<string, string, bool> Principals => new()
    {
        { "provider", """{"Federated":"arn:aws:iam::111122223333:oidc-provider/ISS"}""", true },
        { "several", """{"Federated":["arn:aws:iam::111122223333:oidc-provider/other","arn:aws:iam::111122223333:oidc-provider/ISS"]}""", true },
        { "another account's", """{"Federated":"arn:aws:iam::999922223333:oidc-provider/ISS"}""", false },
        { "another partition's", """{"Federated":"arn:aws-cn:iam::111122223333:oidc-provider/ISS"}""", false },
        { "another issuer's", """{"Federated":"arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-central-1.amazonaws.com/id/X"}""", false },
        { "an AWS principal", """{"AWS":"arn:aws:iam::111122223333:oidc-provider/ISS"}""", false },
        { "a service", """{"Service":"ec2.amazonaws.com"}""", false },
        { "everybody", "\"*\"", true },
    };

    [Theory]
    [MemberData(nameof(Principals))]
    public async Task A_principal_matches_or_not_as_at_IAM(string what, string principal, bool expected)
    {
        Assert.NotEmpty(what);
        Trust(Statement(principal: principal));

        await AssertAllowedAsync(expected);
    }

    [Theory]
    [InlineData("\"sts:AssumeRoleWithWebIdentity\"", true)]
    [InlineData("\"sts:AssumeRole*\"", true)]
    [InlineData("[\"sts:TagSession\",\"STS:assumerolewithwebidentity\"]", true)]
    [InlineData("\"sts:AssumeRole\"", false)]
    public async Task An_action_matches_or_not_as_at_IAM(string action, bool expected)
    {
        Trust(Statement(action: action));

        await AssertAllowedAsync(expected);
    }

    [Fact]
    public async Task A_denial_outweighs_what_is_allowed()
    {
        Trust(Statement() + "," + Statement(effect: "Deny", condition: """{"StringLike":{"ISS:sub":"*:app"}}"""));
        await AssertAllowedAsync(false);

        Trust(Statement() + "," + Statement(effect: "Deny", condition: """{"StringLike":{"ISS:sub":"*:other"}}"""));
        await AssertAllowedAsync(true);

        Trust(Statement() + "," + Statement(effect: "Deny", condition: """{"StringEquals":{"aws:RequestedRegion":"eu-central-1"}}"""));
        await AssertAllowedAsync(false);
    }

    [Fact]
    public async Task One_statement_need_not_be_in_an_array()
    {
        Aws.Sts.AddRole(Aws.RoleArn, Named($$"""{"Version":"2012-10-17","Statement":{{Statement()}}}"""));

        await AssertAllowedAsync(true);
    }

    [Theory]
    [InlineData("no JSON")]
    [InlineData("[]")]
    [InlineData("""{"Statement":{"Effect":"Allow","Principal":"*","Action":"*","Condition":{"String\ud800quals":{"a":"b"}}}}""")]
    [InlineData("""{"Statement":{"Effect":"Allow","Principal":"*","Action":"\udc00"}}""")]
    [InlineData("""{"Version":"2012-10-17"}""")]
    [InlineData("""{"Statement":[1]}""")]
    [InlineData("""{"Statement":{"Effect":"Maybe","Principal":"*","Action":"*"}}""")]
    [InlineData("""{"Statement":{"Effect":"Allow","Action":"*"}}""")]
    [InlineData("""{"Statement":{"Effect":"Allow","Principal":"*"}}""")]
    [InlineData("""{"Statement":{"Effect":"Deny","NotPrincipal":{"AWS":"*"},"Action":"*"}}""")]
    [InlineData("""{"Statement":{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}}""")]
    [InlineData("""{"Statement":{"Effect":"Deny","Principal":"*","Action":"*","Condition":{"DateLessThan":{"aws:CurrentTime":"2030-01-01"}}}}""")]
    [InlineData("""{"Statement":{"Effect":"Deny","Principal":"*","Action":"*","Condition":{"ForAllValues:StringEquals":{"a":"b"}}}}""")]
    [InlineData("""{"Statement":{"Effect":"Deny","Principal":"*","Action":"*","Condition":{"StringEquals":{"aws:SourceIp":"10.0.0.1"}}}}""")]
    [InlineData("""{"Statement":{"Effect":"Deny","Principal":"*","Action":"*","Condition":{"StringEquals":{"aws:PrincipalTag/team:name":"a"}}}}""")]
    [InlineData("""{"Statement":{"Effect":"Deny","Principal":"*","Action":"*","Condition":{"StringEquals":{"saml:aud":"a"}}}}""")]
    [InlineData("""{"Statement":{"Effect":"Deny","Principal":"*","Action":"*","Condition":{"StringEquals":{"sts:RoleSessionName":"${aws:userid}"}}}}""")]
    [InlineData("""{"Statement":{"Effect":"Deny","Principal":"*","Action":"*","Condition":{"StringEquals":{"sts:RoleSessionName":["a","${aws:userid}"]}}}}""")]
    public void A_policy_that_cannot_be_evaluated_is_not_taken(string policy) => Assert.Throws<ArgumentException>(() => Aws.Sts.AddRole(Aws.RoleArn, policy));

    private static string Statement(
        string effect = "Allow",
        string principal = """{"Federated":"arn:aws:iam::111122223333:oidc-provider/ISS"}""",
        string action = "\"sts:AssumeRoleWithWebIdentity\"",
        string? condition = null) =>
        $$"""{"Effect":"{{effect}}","Principal":{{principal}},"Action":{{action}}{{(condition is null ? string.Empty : ",\"Condition\":" + condition)}}}""";

    private void Trust(string statements) => Aws.Sts.AddRole(Aws.RoleArn, Named($$"""{"Version":"2012-10-17","Statement":[{{statements}}]}"""));

    private string Named(string policy) => policy.Replace("ISS", Aws.Issuer.Url.Authority, StringComparison.Ordinal);

    private async Task AssertAllowedAsync(bool expected)
    {
        var reply = await Sts.AskAsync();

        Assert.Equal(expected ? (HttpStatusCode.OK, null) : (HttpStatusCode.Forbidden, "AccessDenied"), (reply.Status, reply.Code));
    }
}
