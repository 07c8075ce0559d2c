using System.Net;
using Amazon.Runtime;
using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;
using Irsa.Credentials.Testing;

namespace Irsa.Credentials.IntegrationTests.TestDouble;

/// <summary>The two STS operations that are signed with the keys of a session.</summary>
public sealed class LocalStsCallerTests : LocalAwsTest
{
    private const string Second = "arn:aws:iam::999922223333:role/team/second";
    private const string First = "arn:aws:iam::111122223333:role/pods/first";
    private static readonly Tag[] Team = [new() { Key = "team", Value = "a" }];

    protected override void Configure(LocalAwsOptions options) => options.RoleArn = First;

    [Theory]
    [InlineData("arn:aws:iam::111122223333:role/pods/first", true)]
    [InlineData("arn:aws:sts::111122223333:assumed-role/first/session", true)]
    [InlineData("arn:aws:iam::111122223333:root", true)]
    [InlineData("111122223333", true)]
    [InlineData("arn:aws:iam::111122223333:role/first", false)]
    [InlineData("arn:aws:iam::999922223333:root", false)]
    public async Task A_second_role_is_granted_to_the_principals_that_its_policy_names(string principal, bool expected)
    {
        Trust(principal);
        using var client = await FirstSessionAsync();

        if (!expected)
        {
            var refused = await Assert.ThrowsAnyAsync<AmazonSecurityTokenServiceException>(() => ChainAsync(client));
            Assert.Equal((HttpStatusCode.Forbidden, "AccessDenied"), (refused.StatusCode, refused.ErrorCode));
            Assert.Equal($"User: arn:aws:sts::111122223333:assumed-role/first/session is not authorized to perform: sts:AssumeRole on resource: {Second}", refused.Message);
            return;
        }

        var answer = await ChainAsync(client);
        Assert.Equal("arn:aws:sts::999922223333:assumed-role/second/chained", answer.AssumedRoleUser.Arn);
        using var own = ClientOf(answer.Credentials);
        var caller = await own.GetCallerIdentityAsync(new(), Cancel);
        Assert.Equal((answer.AssumedRoleUser.Arn, answer.AssumedRoleUser.AssumedRoleId, "999922223333"), (caller.Arn, caller.UserId, caller.Account));
    }

    [Theory]
    [InlineData("agreed", true)]
    [InlineData("guessed", false)]
    [InlineData(null, false)]
    public async Task An_external_id_must_be_the_agreed_one(string? externalId, bool expected)
    {
        Trust(First, ",\"Condition\":{\"StringEquals\":{\"sts:ExternalId\":\"agreed\"}}");
        using var client = await FirstSessionAsync();

        Assert.Equal(expected ? null : "AccessDenied", await CodeAsync(() => ChainAsync(client, externalId: externalId)));
    }

    [Theory]
    [InlineData("ArnEquals", "aws:PrincipalArn", First, true)]
    [InlineData("ArnEquals", "aws:PrincipalArn", "arn:aws:iam::111122223333:role/first", false)]
    [InlineData("StringEquals", "aws:PrincipalAccount", "111122223333", true)]
    [InlineData("StringEquals", "aws:PrincipalAccount", "999922223333", false)]
    [InlineData("StringEquals", "aws:PrincipalType", "AssumedRole", true)]
    [InlineData("StringEquals", "aws:RequestedRegion", "eu-central-1", true)]
    [InlineData("StringLike", "aws:userid", "AROA*:session", true)]
    [InlineData("StringLike", "aws:userid", "AROA*:other", false)]
    public async Task A_condition_on_the_caller_holds_or_not_as_at_IAM(string test, string key, string value, bool expected)
    {
        Trust("*", $$""","Condition":{"{{test}}":{"{{key}}":"{{value}}"} }""");
        using var client = await FirstSessionAsync();

        Assert.Equal(expected ? null : "AccessDenied", await CodeAsync(() => ChainAsync(client)));
    }

    [Fact]
    public async Task Session_tags_need_a_permission_of_their_own()
    {
        Trust(First);
        using var client = await FirstSessionAsync();

        var refused = await Assert.ThrowsAnyAsync<AmazonSecurityTokenServiceException>(() => ChainAsync(client, tags: Team));

        Assert.Equal((HttpStatusCode.Forbidden, "AccessDenied"), (refused.StatusCode, refused.ErrorCode));
        Assert.Equal($"User: arn:aws:sts::111122223333:assumed-role/first/session is not authorized to perform: sts:TagSession on resource: {Second}", refused.Message);
        Trust(First, action: "[\"sts:AssumeRole\",\"sts:TagSession\"]");
        await ChainAsync(client, tags: Team);
        Assert.Equal(new Dictionary<string, string> { ["team"] = "a" }, Aws.Sts.Calls[^1].Tags);
    }

    [Theory]
    [InlineData("""{"StringEquals":{"aws:RequestTag/team":"a"}}""", true)]
    [InlineData("""{"StringEquals":{"aws:RequestTag/team":"b"}}""", false)]
    [InlineData("""{"StringEquals":{"aws:RequestTag/cost":"a"}}""", false)]
    [InlineData("""{"ForAnyValue:StringEquals":{"aws:TagKeys":["team","cost"]}}""", true)]
    [InlineData("""{"ForAnyValue:StringEquals":{"aws:TagKeys":"cost"}}""", false)]
    public async Task A_condition_on_the_tags_holds_or_not_as_at_IAM(string condition, bool expected)
    {
        Trust(First, ",\"Condition\":" + condition, action: "[\"sts:AssumeRole\",\"sts:TagSession\"]");
        using var client = await FirstSessionAsync();

        Assert.Equal(expected ? null : "AccessDenied", await CodeAsync(() => ChainAsync(client, tags: Team)));
    }

    public static TheoryData<string, IEnumerable<Tag>> BadTags => new()
    {
        { "51 tags", Enumerable.Range(0, 51).Select(static n => new Tag { Key = "k" + n, Value = "v" }) },
        { "long key", [new Tag { Key = new string('k', 129), Value = "v" }] },
        { "long value", [new Tag { Key = "k", Value = new string('v', 257) }] },
        { "odd letter", [new Tag { Key = "k", Value = new string('*', 1) }] },
    };

    [Theory]
    [MemberData(nameof(BadTags))]
    public async Task Tags_beyond_their_limits_are_a_validation_error(string what, IEnumerable<Tag> tags)
    {
        Assert.NotEmpty(what);
        Trust(First, action: "\"sts:*\"");
        using var client = await FirstSessionAsync();

        Assert.Equal("ValidationError", await CodeAsync(() => ChainAsync(client, tags: tags)));
    }

    [Fact]
    public async Task A_chained_session_lasts_at_most_one_hour()
    {
        Trust(First, longest: TimeSpan.FromHours(12));
        using var client = await FirstSessionAsync();

        await ChainAsync(client, seconds: 3600);
        var refused = await Assert.ThrowsAnyAsync<AmazonSecurityTokenServiceException>(() => ChainAsync(client, seconds: 3601));

        Assert.Equal((HttpStatusCode.BadRequest, "ValidationError"), (refused.StatusCode, refused.ErrorCode));
        Assert.Contains("exceeds the 1 hour session limit for roles assumed by role chaining", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unknown_or_mixed_keys_are_refused_with_the_error_of_STS()
    {
        var granted = await GrantedAsync();
        using var unknown = ClientOf(granted with { AccessKeyId = "ASIAUNKNOWNUNKNOWN22" });
        using var torn = ClientOf(granted with { SessionToken = (await GrantedAsync()).SessionToken });
        using var wrong = ClientOf(granted with { SecretAccessKey = "wrong" });

        Assert.Equal((HttpStatusCode.Forbidden, "InvalidClientTokenId"), await RefusalAsync(unknown));
        Assert.Equal((HttpStatusCode.Forbidden, "InvalidClientTokenId"), await RefusalAsync(torn));
        Assert.Equal((HttpStatusCode.Forbidden, "SignatureDoesNotMatch"), await RefusalAsync(wrong));
        Assert.Equal("MissingAuthenticationToken", (await Sts.AskAsync(("Action", "GetCallerIdentity"))).Code);
    }

    [Fact]
    public async Task A_session_that_has_ended_is_refused()
    {
        Aws.Sts.Faults.Next(Fault.ExpiredCredentials());
        using var client = ClientOf(await GrantedAsync());

        Assert.Equal((HttpStatusCode.Forbidden, "ExpiredToken"), await RefusalAsync(client));
    }

    private static async Task<(HttpStatusCode Status, string Code)> RefusalAsync(AmazonSecurityTokenServiceClient client)
    {
        var refused = await Assert.ThrowsAnyAsync<AmazonSecurityTokenServiceException>(() => client.GetCallerIdentityAsync(new(), Cancel));
        return (refused.StatusCode, refused.ErrorCode);
    }

    private static async Task<string?> CodeAsync(Func<Task> ask) => await Record.ExceptionAsync(ask) switch
    {
        null => null,
        AmazonSecurityTokenServiceException refused => refused.ErrorCode,
        var other => other.ToString(),
    };

    private static Task<AssumeRoleResponse> ChainAsync(AmazonSecurityTokenServiceClient client, int? seconds = null, string? externalId = null, IEnumerable<Tag>? tags = null) =>
        client.AssumeRoleAsync(new AssumeRoleRequest { RoleArn = Second, RoleSessionName = "chained", DurationSeconds = seconds, ExternalId = externalId, Tags = tags?.ToList() }, Cancel);

    private void Trust(string principal, string condition = "", TimeSpan? longest = null, string action = "\"sts:AssumeRole\"") => Aws.Sts.AddRole(
        Second,
        $$"""{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"{{principal}}"},"Action":{{action}}{{condition}}}]}""",
        longest);

    private async Task<AmazonSecurityTokenServiceClient> FirstSessionAsync() => ClientOf(await GrantedAsync());

    private async Task<SessionKeys> GrantedAsync() => (await Sts.AskAsync()).Keys;

    private AmazonSecurityTokenServiceClient ClientOf(Amazon.SecurityToken.Model.Credentials keys) => ClientOf(new SessionKeys(keys.AccessKeyId, keys.SecretAccessKey, keys.SessionToken));

    private AmazonSecurityTokenServiceClient ClientOf(SessionKeys keys) => new(
        new SessionAWSCredentials(keys.AccessKeyId, keys.SecretAccessKey, keys.SessionToken),
        new AmazonSecurityTokenServiceConfig { ServiceURL = Aws.Sts.Endpoint.AbsoluteUri, AuthenticationRegion = Aws.Region, MaxErrorRetry = 0 });
}
