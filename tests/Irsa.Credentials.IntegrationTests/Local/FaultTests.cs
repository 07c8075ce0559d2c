using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;
using Irsa.Credentials.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Irsa.Credentials.IntegrationTests.Local;

public sealed class FaultTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
    private LocalAws _aws = null!;
    private StsProbe _sts = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _aws = await LocalAws.StartAsync(options => options.TimeProvider = _time, Cancel);
        _sts = new StsProbe(_aws);
    }

    public async ValueTask DisposeAsync()
    {
        _sts.Dispose();
        await _aws.DisposeAsync();
    }

    public static TheoryData<string, Fault, int, string, string> Errors => new()
    {
        { "throttle", Fault.Throttle(), 400, "Throttling", "Rate exceeded" },
        { "too many", Fault.TooManyRequests(), 429, "TooManyRequestsException", "Too many" },
        { "500", Fault.ServerError(), 500, "InternalFailure", "unknown error" },
        { "502", Fault.ServerError(502), 502, "InternalFailure", "unknown error" },
        { "503", Fault.ServerError(503), 503, "ServiceUnavailable", "unknown error" },
        { "504", Fault.ServerError(504), 504, "InternalFailure", "unknown error" },
        { "any", Fault.Error(418, "Teapot", "short & stout <>"), 418, "Teapot", "short & stout <>" },
        { "issuer", StsFault.IssuerUnreachable(), 400, "IDPCommunicationError", "could not be reached" },
        { "claim", StsFault.ClaimRejected(), 403, "IDPRejectedClaim", "rejected" },
        { "region", StsFault.RegionDisabled(), 403, "RegionDisabledException", "not activated" },
        { "key", StsFault.KeyNotRetrieved(), 400, "InvalidIdentityToken", "Couldn't retrieve verification key from your identity provider" },
        { "thumbprint", StsFault.ThumbprintMismatch(), 400, "InvalidIdentityToken", "HTTPS certificate doesn't match configured thumbprint" },
        { "packed", StsFault.PackedPolicyTooLarge(), 400, "PackedPolicyTooLarge", "Packed policy" },
    };

    [Theory]
    [MemberData(nameof(Errors))]
    public async Task The_SDKs_client_reads_code_status_and_sentence_of_an_error(string what, Fault fault, int status, string code, string sentence)
    {
        Assert.NotEmpty(what);
        _aws.Sts.Faults.Next(fault);
        using var client = new AmazonSecurityTokenServiceClient(
            new AnonymousAWSCredentials(),
            new AmazonSecurityTokenServiceConfig { ServiceURL = _aws.Sts.Endpoint.AbsoluteUri, AuthenticationRegion = _aws.Region, MaxErrorRetry = 0 });

        var refused = await Assert.ThrowsAnyAsync<AmazonSecurityTokenServiceException>(() => client.AssumeRoleWithWebIdentityAsync(
            new AssumeRoleWithWebIdentityRequest { RoleArn = _aws.RoleArn, RoleSessionName = "session", WebIdentityToken = _aws.Issuer.IssueToken() },
            Cancel));

        Assert.Equal(((HttpStatusCode)status, code), (refused.StatusCode, refused.ErrorCode));
        Assert.Contains(sentence, refused.Message, StringComparison.Ordinal);
        Assert.NotEmpty(refused.RequestId);
    }

    [Fact]
    public async Task S3_errors_have_the_form_of_S3()
    {
        _aws.S3.Faults.Next(Fault.SlowDown());
        using var client = new AmazonS3Client(
            new AnonymousAWSCredentials(),
            new AmazonS3Config { ServiceURL = _aws.S3.Endpoint.AbsoluteUri, ForcePathStyle = true, AuthenticationRegion = _aws.Region, MaxErrorRetry = 0 });

        var refused = await Assert.ThrowsAsync<AmazonS3Exception>(() => client.GetObjectAsync("bucket", "key", Cancel));

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "SlowDown", "Please reduce your request rate."), (refused.StatusCode, refused.ErrorCode, refused.Message));
        Assert.DoesNotContain("ErrorResponse", refused.ResponseBody ?? string.Empty, StringComparison.Ordinal);
        using var http = new HttpClient();
        _aws.S3.Faults.Next(Fault.SlowDown());
        using var answer = await http.GetAsync(_aws.S3.Endpoint, Cancel);
        Assert.Contains("<Error><Code>SlowDown</Code>", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Faults_come_in_order_then_the_lasting_one_until_it_is_cleared()
    {
        _aws.Sts.Faults.Always(Fault.ServerError());
        _aws.Sts.Faults.Next(Fault.Throttle(), times: 2);
        _aws.Sts.Faults.Next(Fault.TooManyRequests());

        var codes = new List<string?>();
        for (var i = 0; i < 5; i++)
        {
            codes.Add((await _sts.AskAsync()).Code);
        }

        Assert.Equal(["Throttling", "Throttling", "TooManyRequestsException", "InternalFailure", "InternalFailure"], codes);
        _aws.Sts.Faults.Clear();
        Assert.Equal(HttpStatusCode.OK, (await _sts.AskAsync()).Status);
    }

    [Fact]
    public async Task A_gate_holds_calls_until_it_opens_and_the_answer_is_dated_then()
    {
        var gate = new TaskCompletionSource();
        _aws.Sts.Faults.Always(Fault.Gate(gate.Task));
        var calls = new[] { _sts.AskAsync(), _sts.AskAsync() };
        await _aws.Sts.WaitForCallsAsync(2, Cancel);
        Assert.All(calls, static call => Assert.False(call.IsCompleted));

        _time.Advance(TimeSpan.FromMinutes(5));
        gate.SetResult();

        Assert.All(await Task.WhenAll(calls), reply => Assert.Equal((_time.GetUtcNow(), _time.GetUtcNow().AddHours(1)), (reply.Date, reply.Expiration)));
    }

    [Fact]
    public async Task A_gate_may_open_on_another_fault()
    {
        var gate = new TaskCompletionSource();
        _aws.Sts.Faults.Next(Fault.Gate(gate.Task).Then(Fault.Throttle()));
        var call = _sts.AskAsync();
        await _aws.Sts.WaitForCallsAsync(1, Cancel);

        gate.SetResult();

        Assert.Equal("Throttling", (await call).Code);
    }

    [Fact]
    public async Task A_slow_answer_comes_when_the_time_is_over()
    {
        var delays = new FakeTimeProvider();
        _aws.Sts.Faults.Next(Fault.Slow(TimeSpan.FromMinutes(1), delays));
        var call = _sts.AskAsync();
        await _aws.Sts.WaitForCallsAsync(1, Cancel);
        Assert.False(call.IsCompleted);

        // The call is counted before its delay begins, so this clock, which is the delay's alone, goes on until the delay has seen it.
        while (!call.IsCompleted)
        {
            delays.Advance(TimeSpan.FromMinutes(1));
            await Task.Yield();
        }

        Assert.Equal(HttpStatusCode.OK, (await call).Status);
    }

    [Fact]
    public async Task A_reset_breaks_the_connection()
    {
        _aws.Sts.Faults.Next(Fault.Reset());

        await Assert.ThrowsAsync<HttpRequestException>(() => _sts.AskAsync());
    }

    [Fact]
    public async Task Broken_bodies_are_what_they_are_called()
    {
        var whole = (await _sts.AskAsync()).Body;
        _aws.Sts.Faults.Next(Fault.Truncated());
        _aws.Sts.Faults.Next(Fault.Empty());
        _aws.Sts.Faults.Next(Fault.Page());
        _aws.Sts.Faults.Next(Fault.Page(407));
        _aws.Sts.Faults.Next(Fault.Body(200, "application/json", "{}"));

        var truncated = await _sts.AskAsync();
        Assert.Equal(HttpStatusCode.OK, truncated.Status);
        Assert.StartsWith("<AssumeRoleWithWebIdentityResponse", truncated.Body, StringComparison.Ordinal);
        Assert.InRange(truncated.Body.Length, whole.Length / 3, whole.Length * 2 / 3);
        Assert.Throws<System.Xml.XmlException>(() => truncated.Code);
        Assert.Equal((HttpStatusCode.OK, string.Empty), (await _sts.AskAsync()) switch { var reply => (reply.Status, reply.Body) });
        Assert.Contains("<html>", (await _sts.AskAsync()).Body, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.ProxyAuthenticationRequired, (await _sts.AskAsync()).Status);
        Assert.Equal("{}", (await _sts.AskAsync()).Body);
    }

    [Theory]
    [InlineData(-3)]
    [InlineData(3)]
    public async Task A_skewed_date_changes_nothing_but_the_header(int hours)
    {
        _aws.Sts.Faults.Next(Fault.SkewedDate(TimeSpan.FromHours(hours)));

        var reply = await _sts.AskAsync();

        Assert.Equal((_time.GetUtcNow().AddHours(hours), _time.GetUtcNow().AddHours(1)), (reply.Date, reply.Expiration));
    }

    [Fact]
    public async Task An_answer_may_be_expired_short_or_for_another_role_and_all_of_it_at_once()
    {
        const string Other = "arn:aws:iam::999922223333:role/other";
        _aws.Sts.Faults.Next(Fault.ExpiredAnswer());
        _aws.Sts.Faults.Next(Fault.ShortSession(TimeSpan.FromMinutes(2)));
        _aws.Sts.Faults.Next(Fault.OtherRole(Other).Then(Fault.ShortSession(TimeSpan.FromMinutes(3))).Then(Fault.SkewedDate(TimeSpan.FromHours(1))));

        Assert.True((await _sts.AskAsync()).Expiration < _time.GetUtcNow());
        Assert.Equal(_time.GetUtcNow().AddMinutes(2), (await _sts.AskAsync()).Expiration);
        var both = await _sts.AskAsync();
        Assert.Equal("arn:aws:sts::999922223333:assumed-role/other/session", both.Element("Arn"));
        Assert.Equal((_time.GetUtcNow().AddMinutes(3), _time.GetUtcNow().AddHours(1)), (both.Expiration, both.Date));
    }

    public static TheoryData<string, Fault> Holding => new()
    {
        { "hang", Fault.Hang() },
        { "gate", Fault.Gate(new TaskCompletionSource().Task) },
        { "slow", Fault.Slow(TimeSpan.FromDays(1)) },
    };

    [Theory]
    [MemberData(nameof(Holding))]
    public async Task A_call_that_is_held_is_broken_at_disposal_and_never_looks_answered(string what, Fault fault)
    {
        Assert.NotEmpty(what);
        _aws.Sts.Faults.Always(fault);
        var call = _sts.AskAsync();
        await _aws.Sts.WaitForCallsAsync(1, Cancel);

        await _aws.DisposeAsync();

        await Assert.ThrowsAsync<HttpRequestException>(() => call);
    }
}
