using System.Net;

namespace Irsa.Credentials.IntegrationTests.TestDouble;

public sealed class LocalStsRequestTests : LocalAwsTest
{
    public static TheoryData<string, string?, string> BadFields => new()
    {
        { "RoleArn", null, "Value null at 'roleArn' failed to satisfy constraint: Member must not be null" },
        { "RoleArn", "arn:aws:iam::1:r/x", "Value 'arn:aws:iam::1:r/x' at 'roleArn' failed to satisfy constraint: Member must have length greater than or equal to 20" },
        { "RoleArn", new string('a', 2049), "at 'roleArn' failed to satisfy constraint: Member must have length less than or equal to 2048" },
        { "RoleSessionName", null, "Value null at 'roleSessionName' failed to satisfy constraint: Member must not be null" },
        { "RoleSessionName", "a", "Value 'a' at 'roleSessionName' failed to satisfy constraint: Member must have length greater than or equal to 2" },
        { "RoleSessionName", new string('a', 65), "at 'roleSessionName' failed to satisfy constraint: Member must have length less than or equal to 64" },
        { "RoleSessionName", "a/b", @"Member must satisfy regular expression pattern: [\w+=,.@-]*" },
        { "RoleSessionName", "abc\n", @"Member must satisfy regular expression pattern: [\w+=,.@-]*" },
        { "RoleSessionName", "pöd", @"Member must satisfy regular expression pattern: [\w+=,.@-]*" },
        { "WebIdentityToken", null, "Value at 'webIdentityToken' failed to satisfy constraint: Member must not be null" },
        { "WebIdentityToken", "abc", "Value at 'webIdentityToken' failed to satisfy constraint: Member must have length greater than or equal to 4" },
        { "WebIdentityToken", new string('a', 20_001), "Value at 'webIdentityToken' failed to satisfy constraint: Member must have length less than or equal to 20000" },
        { "DurationSeconds", "899", "Value '899' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 900" },
        { "DurationSeconds", "-1", "Member must have value greater than or equal to 900" },
        { "DurationSeconds", "soon", "at 'durationSeconds' failed to satisfy constraint" },
        { "DurationSeconds", "43201", "Member must have value less than or equal to 43200" },
        { "DurationSeconds", "3601", "The requested DurationSeconds exceeds the MaxSessionDuration set for this role." },
        { "Policy", string.Empty, "at 'policy' failed to satisfy constraint: Member must have length greater than or equal to 1" },
        { "Policy", new string(' ', 2049), "at 'policy' failed to satisfy constraint: Member must have length less than or equal to 2048" },
        { "Policy", "{\"Id\":\"\u2014\"}", "at 'policy' failed to satisfy constraint: Member must satisfy regular expression pattern" },
        { "ProviderId", "www.amazon.com", "ProviderId" },
    };

    [Theory]
    [MemberData(nameof(BadFields))]
    public async Task A_field_beyond_its_limits_is_a_validation_error_that_names_it(string field, string? value, string sentence)
    {
        var reply = await Sts.AskAsync((field, value));

        Assert.Equal((HttpStatusCode.BadRequest, "ValidationError"), (reply.Status, reply.Code));
        Assert.Contains(sentence, reply.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_bad_fields_are_named_together()
    {
        var reply = await Sts.AskAsync(("RoleArn", null), ("RoleSessionName", "a"));

        Assert.StartsWith("2 validation errors detected: ", reply.Sentence, StringComparison.Ordinal);
        Assert.Contains("'roleArn'", reply.Sentence, StringComparison.Ordinal);
        Assert.Contains("'roleSessionName'", reply.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_policy_must_be_JSON() =>
        Assert.Equal("MalformedPolicyDocument", (await Sts.AskAsync(("Policy", "{ no policy"))).Code);

    [Fact]
    public async Task At_most_ten_managed_policies_are_taken()
    {
        var arns = Enumerable.Range(1, 11).Select(static n => ($"PolicyArns.member.{n}.arn", (string?)$"arn:aws:iam::aws:policy/P{n}")).ToArray();

        Assert.Equal("ValidationError", (await Sts.AskAsync(arns)).Code);
        Assert.Equal(HttpStatusCode.OK, (await Sts.AskAsync(arns[..10])).Status);
    }

    [Fact]
    public async Task Policies_that_are_too_large_together_are_refused()
    {
        var reply = await Sts.AskAsync(
            ("Policy", "{\"Id\":\"" + new string('x', 2000) + "\"}"),
            ("PolicyArns.member.1.arn", "arn:aws:iam::111122223333:policy/" + new string('p', 60)));

        Assert.Equal((HttpStatusCode.BadRequest, "PackedPolicyTooLarge"), (reply.Status, reply.Code));
    }

    [Fact]
    public async Task The_answer_has_all_that_the_model_promises()
    {
        var reply = await Sts.AskAsync(("Policy", "{\"Version\":\"2012-10-17\"}"), ("DurationSeconds", "900"));

        Assert.Equal(HttpStatusCode.OK, reply.Status);
        Assert.Matches("^ASIA[A-Z2-7]{16}$", reply.Element("AccessKeyId"));
        Assert.Matches("^AROA[A-Z2-7]{17}:session$", reply.Element("AssumedRoleId"));
        Assert.Equal("arn:aws:sts::111122223333:assumed-role/local-app/session", reply.Element("Arn"));
        Assert.Equal("sts.amazonaws.com", reply.Element("Audience"));
        Assert.Equal(Aws.Issuer.Url.OriginalString, reply.Element("Provider"));
        Assert.Equal("2", reply.Element("PackedPolicySize"));
        Assert.Equal(reply.RequestId, reply.Element("RequestId"));
        Assert.Equal(TimeSpan.FromSeconds(900), reply.Expiration - reply.Date);
    }

    public static TheoryData<string> NotTokens => ["nonsense", "a.b.c", "e30.e30.", "e30.W10.c2ln", "eyJhbGciOiJub25lIn0.e30.", "a.b.c.d.e"];

    [Theory]
    [MemberData(nameof(NotTokens))]
    public async Task A_token_of_another_issuer_is_refused(string text)
    {
        var reply = await Sts.AskAsync(("WebIdentityToken", text));

        Assert.Equal((HttpStatusCode.BadRequest, "InvalidIdentityToken"), (reply.Status, reply.Code));
        Assert.NotEqual(string.Empty, reply.Sentence);
    }

    [Fact]
    public async Task A_trailing_newline_makes_a_token_invalid()
    {
        var reply = await Sts.AskAsync(("WebIdentityToken", Aws.Issuer.IssueToken() + "\n"));

        Assert.Equal("InvalidIdentityToken", reply.Code);
    }

    [Fact]
    public async Task An_unknown_role_is_refused_like_one_that_does_not_trust()
    {
        var reply = await Sts.AskAsync(("RoleArn", "arn:aws:iam::111122223333:role/unknown"));

        Assert.Equal((HttpStatusCode.Forbidden, "AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity"), (reply.Status, reply.Code, reply.Sentence));
    }

    [Fact]
    public async Task A_role_may_have_a_path_or_no_account()
    {
        foreach (var (role, session) in new[]
        {
            ("arn:aws:iam::111122223333:role/team/a/app", "arn:aws:sts::111122223333:assumed-role/app/session"),
            ("arn:aws:iam:::role/accountless", "arn:aws:sts:::assumed-role/accountless/session"),
            ("arn:aws-cn:iam::111122223333:role/china", "arn:aws-cn:sts::111122223333:assumed-role/china/session"),
        })
        {
            Aws.Sts.AddRole(role, Aws.TrustPolicyOf(role).ToJson());

            Assert.Equal(session, (await Sts.AskAsync(("RoleArn", role))).Element("Arn"));
        }
    }

    [Theory]
    [InlineData("not an arn at all, but long")]
    [InlineData("arn:aws:iam::111122223333:user/somebody")]
    [InlineData("arn:aws:iam::111122223333:role/")]
    public void An_invalid_role_ARN_cannot_be_added(string arn) =>
        Assert.Throws<ArgumentException>(() => Aws.Sts.AddRole(arn, Aws.TrustPolicyOf(Aws.RoleArn).ToJson()));

    [Fact]
    public void A_maximum_outside_one_to_twelve_hours_cannot_be_set()
    {
        var policy = Aws.TrustPolicyOf(Aws.RoleArn).ToJson();

        Assert.Throws<ArgumentOutOfRangeException>(() => Aws.Sts.AddRole(Aws.RoleArn, policy, TimeSpan.FromMinutes(59)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Aws.Sts.AddRole(Aws.RoleArn, policy, TimeSpan.FromHours(13)));
    }

    [Fact]
    public async Task A_call_is_recorded_with_its_fields_but_without_the_token()
    {
        var token = Aws.Issuer.IssueToken();
        await Sts.AskAsync(("WebIdentityToken", token), ("DurationSeconds", "900"), ("Policy", "{}"), ("PolicyArns.member.1.arn", "arn:aws:iam::aws:policy/P"));

        var call = Assert.Single(Aws.Sts.Calls);
        Assert.Equal(("AssumeRoleWithWebIdentity", Aws.RoleArn, "session", 900), (call.Action, call.RoleArn, call.RoleSessionName, call.DurationSeconds));
        Assert.True(Guid.TryParse(call.TokenId, out _));
        Assert.Equal("{}", call.Policy);
        Assert.Equal(["arn:aws:iam::aws:policy/P"], call.PolicyArns);
        Assert.Equal(
            $"AssumeRoleWithWebIdentity: role {Aws.RoleArn}, session name session, 900 s, policy {{}}, policies arn:aws:iam::aws:policy/P",
            call.ToString());
        Aws.Sts.ClearCalls();
        Assert.Empty(Aws.Sts.Calls);
    }

    [Fact]
    public async Task The_ARN_of_a_user_is_refused_as_a_role()
    {
        var reply = await Sts.AskAsync(("RoleArn", "arn:aws:iam::111122223333:user/somebody"));

        Assert.Equal((HttpStatusCode.BadRequest, "ValidationError", "Request ARN is invalid"), (reply.Status, reply.Code, reply.Sentence));
    }

    [Fact]
    public async Task The_fields_may_be_in_the_query_of_a_GET()
    {
        var query = $"?Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleSessionName=session&RoleArn={Uri.EscapeDataString(Aws.RoleArn)}&WebIdentityToken={Aws.Issuer.IssueToken()}";

        var reply = await Sts.SendAsync(new HttpRequestMessage(HttpMethod.Get, new Uri(Aws.Sts.Endpoint, query)));

        Assert.Equal((HttpStatusCode.OK, "arn:aws:sts::111122223333:assumed-role/local-app/session"), (reply.Status, reply.Element("Arn")));
        Assert.Equal("session", Assert.Single(Aws.Sts.Calls).RoleSessionName);
    }

    public static TheoryData<string, Func<HttpContent>> UnreadableForms => new()
    {
        { "field of 5 MB", static () => new FormUrlEncodedContent([new("WebIdentityToken", new string('x', 5_000_000))]) },
        { "1,100 fields", static () => new FormUrlEncodedContent(Enumerable.Range(0, 1_100).Select(static n => new KeyValuePair<string, string>("field" + n, "value"))) },
        { "parts without a boundary", static () => new StringContent("parts") { Headers = { ContentType = new("multipart/form-data") } } },
    };

    [Theory]
    [MemberData(nameof(UnreadableForms))]
    public async Task A_form_that_cannot_be_read_is_refused_and_recorded(string what, Func<HttpContent> content)
    {
        Assert.NotEmpty(what);
        var reply = await Sts.SendAsync(new HttpRequestMessage(HttpMethod.Post, Aws.Sts.Endpoint) { Content = content() });

        Assert.Equal((HttpStatusCode.BadRequest, "MalformedHttpRequestException"), (reply.Status, reply.Code));
        Assert.Single(Aws.Sts.Calls);
    }

    [Fact]
    public async Task An_unknown_operation_is_refused() => Assert.Equal("InvalidAction", (await Sts.AskAsync(("Action", "GetFederationToken"))).Code);
}
