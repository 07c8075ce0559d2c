using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;
using Irsa.Credentials.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Irsa.Credentials.IntegrationTests.TestDouble;

public sealed class LocalAwsFaultTests : LocalAwsTest
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));

    protected override void Configure(LocalAwsOptions options) => options.TimeProvider = _time;

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
        Aws.Sts.Faults.Next(fault);
        using var client = new AmazonSecurityTokenServiceClient(
            new AnonymousAWSCredentials(),
            new AmazonSecurityTokenServiceConfig { ServiceURL = Aws.Sts.Endpoint.AbsoluteUri, AuthenticationRegion = Aws.Region, MaxErrorRetry = 0 });

        var refused = await Assert.ThrowsAnyAsync<AmazonSecurityTokenServiceException>(() => client.AssumeRoleWithWebIdentityAsync(
            new AssumeRoleWithWebIdentityRequest { RoleArn = Aws.RoleArn, RoleSessionName = "session", WebIdentityToken = Aws.Issuer.IssueToken() },
            Cancel));

        Assert.Equal(((HttpStatusCode)status, code), (refused.StatusCode, refused.ErrorCode));
        Assert.Contains(sentence, refused.Message, StringComparison.Ordinal);
        Assert.NotEmpty(refused.RequestId);
    }

    [Fact]
    public async Task S3_errors_have_the_form_of_S3()
    {
        Aws.S3.Faults.Next(Fault.SlowDown());
        using var client = new AmazonS3Client(
            new AnonymousAWSCredentials(),
            new AmazonS3Config { ServiceURL = Aws.S3.Endpoint.AbsoluteUri, ForcePathStyle = true, AuthenticationRegion = Aws.Region, MaxErrorRetry = 0 });

        var refused = await Assert.ThrowsAsync<AmazonS3Exception>(() => client.GetObjectAsync("bucket", "key", Cancel));

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "SlowDown", "Please reduce your request rate."), (refused.StatusCode, refused.ErrorCode, refused.Message));
        Assert.DoesNotContain("ErrorResponse", refused.ResponseBody ?? string.Empty, StringComparison.Ordinal);
        using var http = new HttpClient();
        Aws.S3.Faults.Next(Fault.SlowDown());
        using var answer = await http.GetAsync(Aws.S3.Endpoint, Cancel);
        Assert.Contains("<Error><Code>SlowDown</Code>", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Faults_come_in_order_then_the_lasting_one_until_it_is_cleared()
    {
        Aws.Sts.Faults.Always(Fault.ServerError());
        Aws.Sts.Faults.Next(Fault.Throttle(), times: 2);
        Aws.Sts.Faults.Next(Fault.TooManyRequests());

        var codes = new List<string?>();
        for (var i = 0; i < 5; i++)
        {
            codes.Add((await Sts.AskAsync()).Code);
        }

        Assert.Equal(["Throttling", "Throttling", "TooManyRequestsException", "InternalFailure", "InternalFailure"], codes);
        Aws.Sts.Faults.Clear();
        Assert.Equal(HttpStatusCode.OK, (await Sts.AskAsync()).Status);
    }

    [Fact]
    public async Task A_gate_holds_calls_until_it_opens_and_the_answer_is_dated_then()
    {
        var gate = new TaskCompletionSource();
        Aws.Sts.Faults.Always(Fault.Gate(gate.Task));
        var calls = new[] { Sts.AskAsync(), Sts.AskAsync() };
        await Aws.Sts.WaitForCallsAsync(2, Cancel);
        Assert.All(calls, static call => Assert.False(call.IsCompleted));

        _time.Advance(TimeSpan.FromMinutes(5));
        gate.SetResult();

        Assert.All(await Task.WhenAll(calls), reply => Assert.Equal((_time.GetUtcNow(), _time.GetUtcNow().AddHours(1)), (reply.Date, reply.Expiration)));
    }

    [Fact]
    public async Task A_gate_may_open_on_another_fault()
    {
        var gate = new TaskCompletionSource();
        Aws.Sts.Faults.Next(Fault.Gate(gate.Task).Then(Fault.Throttle()));
        var call = Sts.AskAsync();
        await Aws.Sts.WaitForCallsAsync(1, Cancel);

        gate.SetResult();

        Assert.Equal("Throttling", (await call).Code);
    }

    [Fact]
    public async Task A_slow_answer_comes_when_the_time_is_over()
    {
        var delays = new FakeTimeProvider();
        Aws.Sts.Faults.Next(Fault.Slow(TimeSpan.FromMinutes(1), delays));
        var call = Sts.AskAsync();
        await Aws.Sts.WaitForCallsAsync(1, Cancel);
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
        Aws.Sts.Faults.Next(Fault.Reset());

        await Assert.ThrowsAsync<HttpRequestException>(() => Sts.AskAsync());
    }

    [Fact]
    public async Task Empty_bodies_pages_and_other_bodies_are_returned_as_named()
    {
        var whole = (await Sts.AskAsync()).Body;
        Aws.Sts.Faults.Next(StsFault.HalfResponse());
        Aws.Sts.Faults.Next(Fault.Empty());
        Aws.Sts.Faults.Next(Fault.HtmlPage());
        Aws.Sts.Faults.Next(Fault.HtmlPage(407));
        Aws.Sts.Faults.Next(Fault.Body(200, "application/json", "{}"));

        var truncated = await Sts.AskAsync();
        Assert.Equal(HttpStatusCode.OK, truncated.Status);
        Assert.StartsWith("<AssumeRoleWithWebIdentityResponse", truncated.Body, StringComparison.Ordinal);
        Assert.InRange(truncated.Body.Length, whole.Length / 3, whole.Length * 2 / 3);
        Assert.Throws<System.Xml.XmlException>(() => truncated.Code);
        Assert.Equal((HttpStatusCode.OK, string.Empty), (await Sts.AskAsync()) switch { var reply => (reply.Status, reply.Body) });
        Assert.Contains("<html>", (await Sts.AskAsync()).Body, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.ProxyAuthenticationRequired, (await Sts.AskAsync()).Status);
        Assert.Equal("{}", (await Sts.AskAsync()).Body);
    }

    [Fact]
    public async Task A_truncated_answer_promises_all_of_the_body_and_breaks_off_in_the_middle()
    {
        var keys = (await Sts.AskAsync()).Keys;
        using var http = new HttpClient();
        using var whole = await ListBucketsAsync(http, keys);
        var length = (await whole.Content.ReadAsByteArrayAsync(Cancel)).Length;
        Aws.S3.Faults.Next(Fault.Truncated());

        using var truncated = await ListBucketsAsync(http, keys);

        Assert.Equal((HttpStatusCode.OK, length), (truncated.StatusCode, truncated.Content.Headers.ContentLength));
        var body = await truncated.Content.ReadAsStreamAsync(Cancel);
        await body.ReadExactlyAsync(new byte[length / 2], Cancel);
        var broken = await Assert.ThrowsAsync<HttpIOException>(() => body.ReadAsync(new byte[1], Cancel).AsTask());
        Assert.Equal(HttpRequestError.ResponseEnded, broken.HttpRequestError);
    }

    [Fact]
    public async Task S3_records_the_calls_that_a_fault_answers_or_ends()
    {
        var keys = (await Sts.AskAsync()).Keys;
        Aws.S3.Faults.Next(Fault.SlowDown());
        Aws.S3.Faults.Next(Fault.HtmlPage(407));
        Aws.S3.Faults.Next(Fault.Reset());
        using var http = new HttpClient();

        using var first = await http.SendAsync(new RawRequest(keys, _time.GetUtcNow()).Sign(Aws.S3.Endpoint), Cancel);
        using var second = await http.SendAsync(new RawRequest(keys, _time.GetUtcNow()) { Expires = 60 }.Sign(Aws.S3.Endpoint), Cancel);
        await Assert.ThrowsAsync<HttpRequestException>(() => http.SendAsync(new RawRequest(keys, _time.GetUtcNow()).Sign(Aws.S3.Endpoint), Cancel));

        Assert.Equal(
            [
                "PUT /test-bucket/key: 503 SlowDown",
                "PUT /test-bucket/key: 407",
                "PUT /test-bucket/key: no response",
            ],
            Aws.S3.Calls.Select(static call => call.ToString()));
        Assert.All(Aws.S3.Calls, call => Assert.Equal(keys.AccessKeyId, call.AccessKeyId));
    }

    public static TheoryData<string, Action<LocalAws>> Invalid => new()
    {
        { "invalid role ARN", static _ => Fault.OtherRole("nonsense") },
        { "negative delay", static _ => Fault.Slow(TimeSpan.FromSeconds(-5)) },
        { "delay beyond timers", static _ => Fault.Slow(TimeSpan.FromDays(50)) },
        { "session of no length", static _ => Fault.ShortSession(TimeSpan.Zero) },
        { "session beyond all roles", static _ => Fault.ShortSession(TimeSpan.FromHours(13)) },
        { "server error that is a success", static _ => Fault.ServerError(200) },
        { "server error that is none", static _ => Fault.ServerError(505) },
        { "refusal that is a success", static _ => Fault.Error(200, "Code", "sentence") },
        { "refusal without a code", static _ => Fault.Error(400, " ", "sentence") },
        { "page without an end", static _ => Fault.HtmlPage(100) },
        { "body of no status", static _ => Fault.Body(600, "text/plain", "body") },
        { "no gate", static _ => Fault.Gate(null!) },
        { "no fault next", static aws => aws.Sts.Faults.Next(null!) },
        { "no fault always", static aws => aws.Sts.Faults.Always(null!) },
        { "not once", static aws => aws.Sts.Faults.Next(Fault.Throttle(), times: 0) },
        { "other session at S3", static aws => aws.S3.Faults.Next(Fault.ExpiredCredentials()) },
        { "other role at S3", static aws => aws.S3.Faults.Always(Fault.OtherRole(aws.RoleArn)) },
        { "half an STS answer at S3", static aws => aws.S3.Faults.Next(StsFault.HalfResponse()) },
        { "STS's fault behind another at S3", static aws => aws.S3.Faults.Next(Fault.Gate(Task.CompletedTask).Then(Fault.ShortSession(TimeSpan.FromMinutes(1)))) },
    };

    [Theory]
    [MemberData(nameof(Invalid))]
    public void A_fault_that_has_no_effect_or_would_break_the_server_is_refused(string what, Action<LocalAws> ask)
    {
        Assert.NotEmpty(what);
        Assert.ThrowsAny<ArgumentException>(() => ask(Aws));
    }

    public static TheoryData<string, Fault> Final => new()
    {
        { "error", Fault.Throttle() },
        { "body", Fault.HtmlPage() },
        { "hang", Fault.Hang() },
        { "reset", Fault.Reset() },
        { "reset behind a gate", Fault.Gate(Task.CompletedTask).Then(Fault.Reset()) },
    };

    [Theory]
    [MemberData(nameof(Final))]
    public void Nothing_can_follow_a_fault_that_ends_the_call(string what, Fault fault)
    {
        Assert.NotEmpty(what);
        Assert.Throws<InvalidOperationException>(() => fault.Then(Fault.Throttle()));
    }

    [Theory]
    [InlineData(-3)]
    [InlineData(3)]
    public async Task A_skewed_date_changes_nothing_but_the_header(int hours)
    {
        Aws.Sts.Faults.Next(Fault.SkewedDate(TimeSpan.FromHours(hours)));

        var reply = await Sts.AskAsync();

        Assert.Equal((_time.GetUtcNow().AddHours(hours), _time.GetUtcNow().AddHours(1)), (reply.Date, reply.Expiration));
    }

    [Fact]
    public async Task A_response_may_be_expired_short_for_another_role_or_all_of_these()
    {
        const string Other = "arn:aws:iam::999922223333:role/other";
        Aws.Sts.Faults.Next(Fault.ExpiredCredentials());
        Aws.Sts.Faults.Next(Fault.ShortSession(TimeSpan.FromMinutes(2)));
        Aws.Sts.Faults.Next(Fault.OtherRole(Other).Then(Fault.ShortSession(TimeSpan.FromMinutes(3))).Then(Fault.SkewedDate(TimeSpan.FromHours(1))));

        Assert.True((await Sts.AskAsync()).Expiration < _time.GetUtcNow());
        Assert.Equal(_time.GetUtcNow().AddMinutes(2), (await Sts.AskAsync()).Expiration);
        var both = await Sts.AskAsync();
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
        Aws.Sts.Faults.Always(fault);
        var call = Sts.AskAsync();
        await Aws.Sts.WaitForCallsAsync(1, Cancel);

        await Aws.DisposeAsync();

        await Assert.ThrowsAsync<HttpRequestException>(() => call);
    }

    private Task<HttpResponseMessage> ListBucketsAsync(HttpClient http, SessionKeys keys)
    {
        var request = new RawRequest(keys, _time.GetUtcNow()) { Method = HttpMethod.Get, Path = "/", PayloadHash = RawRequest.Hash(string.Empty), Body = static _ => string.Empty };
        return http.SendAsync(request.Sign(Aws.S3.Endpoint), HttpCompletionOption.ResponseHeadersRead, Cancel);
    }
}
