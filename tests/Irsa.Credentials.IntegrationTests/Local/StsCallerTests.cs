using System.Net;
using Amazon.Runtime;
using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;
using Irsa.Credentials.Testing;

namespace Irsa.Credentials.IntegrationTests.Local;

/// <summary>The two operations that are signed with a session's keys.</summary>
public sealed class StsCallerTests : IAsyncLifetime
{
    private const string Second = "arn:aws:iam::999922223333:role/team/second";
    private const string First = "arn:aws:iam::111122223333:role/pods/first";
    private LocalAws _aws = null!;
    private StsProbe _sts = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _aws = await LocalAws.StartAsync(static options => options.RoleArn = First, Cancel);
        _sts = new StsProbe(_aws);
    }

    public async ValueTask DisposeAsync()
    {
        _sts.Dispose();
        await _aws.DisposeAsync();
    }

    [Theory]
    [InlineData("arn:aws:iam::111122223333:role/pods/first", true)]
    [InlineData("arn:aws:sts::111122223333:assumed-role/first/session", true)]
    [InlineData("arn:aws:iam::111122223333:root", true)]
    [InlineData("111122223333", true)]
    [InlineData("arn:aws:iam::111122223333:role/first", false)]
    [InlineData("arn:aws:iam::999922223333:root", false)]
    public async Task A_second_role_is_granted_to_whom_its_policy_names(string principal, bool expected)
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

        var code = await Record.ExceptionAsync(() => ChainAsync(client, externalId: externalId)) is AmazonSecurityTokenServiceException refused ? refused.ErrorCode : null;

        Assert.Equal(expected ? null : "AccessDenied", code);
    }

    [Fact]
    public async Task A_chained_session_is_an_hour_at_most_whatever_the_role_allows()
    {
        Trust(First, longest: TimeSpan.FromHours(12));
        using var client = await FirstSessionAsync();

        await ChainAsync(client, seconds: 3600);
        var refused = await Assert.ThrowsAnyAsync<AmazonSecurityTokenServiceException>(() => ChainAsync(client, seconds: 3601));

        Assert.Equal((HttpStatusCode.BadRequest, "ValidationError"), (refused.StatusCode, refused.ErrorCode));
        Assert.Contains("exceeds the 1 hour session limit for roles assumed by role chaining", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_that_are_unknown_or_mixed_are_refused_in_STSs_words()
    {
        var granted = await GrantedAsync();
        using var unknown = ClientOf(new Session("ASIAUNKNOWNUNKNOWN22", granted.SecretAccessKey, granted.SessionToken, default));
        using var torn = ClientOf(new Session(granted.AccessKeyId, granted.SecretAccessKey, (await GrantedAsync()).SessionToken, default));
        using var wrong = ClientOf(new Session(granted.AccessKeyId, "wrong", granted.SessionToken, default));

        Assert.Equal((HttpStatusCode.Forbidden, "InvalidClientTokenId"), await RefusalAsync(unknown));
        Assert.Equal((HttpStatusCode.Forbidden, "InvalidClientTokenId"), await RefusalAsync(torn));
        Assert.Equal((HttpStatusCode.Forbidden, "SignatureDoesNotMatch"), await RefusalAsync(wrong));
        Assert.Equal("MissingAuthenticationToken", (await _sts.AskAsync(("Action", "GetCallerIdentity"))).Code);
    }

    [Fact]
    public async Task A_session_that_has_ended_is_refused()
    {
        _aws.Sts.Faults.Next(Fault.ExpiredAnswer());
        using var client = ClientOf(await GrantedAsync());

        Assert.Equal((HttpStatusCode.Forbidden, "ExpiredToken"), await RefusalAsync(client));
    }

    private static async Task<(HttpStatusCode Status, string Code)> RefusalAsync(AmazonSecurityTokenServiceClient client)
    {
        var refused = await Assert.ThrowsAnyAsync<AmazonSecurityTokenServiceException>(() => client.GetCallerIdentityAsync(new(), Cancel));
        return (refused.StatusCode, refused.ErrorCode);
    }

    private static Task<AssumeRoleResponse> ChainAsync(AmazonSecurityTokenServiceClient client, int? seconds = null, string? externalId = null) =>
        client.AssumeRoleAsync(new AssumeRoleRequest { RoleArn = Second, RoleSessionName = "chained", DurationSeconds = seconds, ExternalId = externalId }, Cancel);

    private void Trust(string principal, string condition = "", TimeSpan? longest = null) => _aws.Sts.AddRole(
        Second,
        $$"""{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"{{principal}}"},"Action":"sts:AssumeRole"{{condition}}}]}""",
        longest);

    private async Task<AmazonSecurityTokenServiceClient> FirstSessionAsync() => ClientOf(await GrantedAsync());

    private async Task<Session> GrantedAsync()
    {
        var reply = await _sts.AskAsync();
        return new(reply.Element("AccessKeyId")!, reply.Element("SecretAccessKey")!, reply.Element("SessionToken")!, reply.Expiration);
    }

    private AmazonSecurityTokenServiceClient ClientOf(Amazon.SecurityToken.Model.Credentials keys) => ClientOf(new Session(keys.AccessKeyId, keys.SecretAccessKey, keys.SessionToken, default));

    private AmazonSecurityTokenServiceClient ClientOf(Session keys) => new(
        new SessionAWSCredentials(keys.AccessKeyId, keys.SecretAccessKey, keys.SessionToken),
        new AmazonSecurityTokenServiceConfig { ServiceURL = _aws.Sts.Endpoint.AbsoluteUri, AuthenticationRegion = _aws.Region, MaxErrorRetry = 0 });

    private sealed record Session(string AccessKeyId, string SecretAccessKey, string SessionToken, DateTimeOffset Expiration);
}
