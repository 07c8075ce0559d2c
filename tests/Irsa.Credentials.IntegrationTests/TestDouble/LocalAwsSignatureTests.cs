using System.Net;
using System.Xml.Linq;
using Irsa.Credentials.Testing;
using Microsoft.Extensions.Time.Testing;
using static Irsa.Credentials.IntegrationTests.TestDouble.RawRequest;

namespace Irsa.Credentials.IntegrationTests.TestDouble;

/// <summary>What S3 and STS verify of a signed request, with one thing wrong at a time. Clients of the SDK cannot send most of it.</summary>
public sealed class LocalAwsSignatureTests : LocalAwsTest
{
    private const string SignedChunks = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";
    private const string SignedTrailer = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER";
    private const string UnsignedTrailer = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";
    private const string Md5OfHello = "XUFAKrxLKna5cZ2REBfFkg==";
    private const string Bucket = "test-bucket";

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
    private readonly HttpClient _http = new();

    public override async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await base.DisposeAsync();
    }

    protected override void Configure(LocalAwsOptions options)
    {
        options.TimeProvider = _time;
        options.Buckets.Add(Bucket);
    }

    private static readonly Dictionary<string, Action<RawRequest>> Right = new()
    {
        ["hash of the body"] = static _ => { },
        ["no hash of the body"] = static r => r.PayloadHash = "UNSIGNED-PAYLOAD",
        ["MD5"] = static r => r.Headers["content-md5"] = Md5OfHello,
        ["checksum"] = static r => r.Headers["x-amz-checksum-sha256"] = Checksum("hello"),
        ["metadata"] = static r => r.Headers["x-amz-meta-purpose"] = "test",
        ["signed chunks"] = static r => r.Stream(SignedChunks, static c => c.Signed("hel") + c.Signed("lo") + c.Signed(string.Empty) + "\r\n"),
        ["signed chunks and trailer"] = static r => r.Stream(SignedTrailer, static c => c.Signed("hello") + c.Signed(string.Empty) + c.Trailer(Checksum("hello"))),
        ["chunks and trailer"] = static r => r.Stream(UnsignedTrailer, static _ => Chunks.Unsigned("hello") + Chunks.Unsigned(string.Empty) + Chunks.UnsignedTrailer(Checksum("hello"))),
        ["15 minutes early"] = static r => r.SignedAt += TimeSpan.FromMinutes(15),
        ["15 minutes late"] = static r => r.SignedAt -= TimeSpan.FromMinutes(15),
        ["URL"] = static r => r.Expires = 900,
        ["URL in its last second"] = static r => (r.Expires, r.SignedAt) = (900, r.SignedAt.AddSeconds(-900)),
        ["URL for seven days"] = static r => r.Expires = 604_800,
        ["URL from a clock 15 minutes ahead"] = static r => (r.Expires, r.SignedAt) = (900, r.SignedAt.AddMinutes(15)),
    };

    private static readonly Dictionary<string, (Action<RawRequest> Spoil, HttpStatusCode Status, string Code)> Wrong = new()
    {
        ["hash of another body"] = (static r => r.PayloadHash = Hash("other"), HttpStatusCode.BadRequest, "XAmzContentSHA256Mismatch"),
        ["body changed"] = (static r => r.Body = static _ => "hallo", HttpStatusCode.BadRequest, "XAmzContentSHA256Mismatch"),
        ["unknown form of body"] = (static r => r.PayloadHash = "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD", HttpStatusCode.BadRequest, "InvalidArgument"),
        ["MD5 of another body"] = (static r => r.Headers["content-md5"] = "AAAAAAAAAAAAAAAAAAAAAA==", HttpStatusCode.BadRequest, "BadDigest"),
        ["checksum of another body"] = (static r => r.Headers["x-amz-checksum-sha256"] = Checksum("other"), HttpStatusCode.BadRequest, "BadDigest"),
        ["header beyond the signature"] = (static r => r.LateHeaders["x-amz-meta-purpose"] = "test", HttpStatusCode.Forbidden, "AccessDenied"),
        ["header left out of the signature"] = (static r => { r.Headers["x-amz-meta-purpose"] = "test"; r.Unsigned.Add("x-amz-meta-purpose"); }, HttpStatusCode.Forbidden, "AccessDenied"),
        ["header beyond a URL's signature"] = (static r => { r.Expires = 900; r.LateHeaders["x-amz-meta-purpose"] = "test"; }, HttpStatusCode.Forbidden, "AccessDenied"),
        ["host left out of the signature"] = (static r => r.Unsigned.Add("host"), HttpStatusCode.Forbidden, "SignatureDoesNotMatch"),
        ["another key"] = (static r => r.SentPath = "/test-bucket/other", HttpStatusCode.Forbidden, "SignatureDoesNotMatch"),
        ["another key in a URL"] = (static r => { r.Expires = 900; r.SentPath = "/test-bucket/other"; }, HttpStatusCode.Forbidden, "SignatureDoesNotMatch"),
        ["another secret"] = (static r => r.Keys = r.Keys with { SecretAccessKey = "another" }, HttpStatusCode.Forbidden, "SignatureDoesNotMatch"),
        ["unknown access key"] = (static r => r.Keys = r.Keys with { AccessKeyId = "ASIAUNKNOWN" }, HttpStatusCode.Forbidden, "InvalidAccessKeyId"),
        ["no session token"] = (static r => r.Keys = r.Keys with { SessionToken = null }, HttpStatusCode.Forbidden, "InvalidAccessKeyId"),
        ["another session token"] = (static r => r.Keys = r.Keys with { SessionToken = "another" }, HttpStatusCode.BadRequest, "InvalidToken"),
        ["another session token in a URL"] = (static r => { r.Expires = 900; r.Keys = r.Keys with { SessionToken = "another" }; }, HttpStatusCode.BadRequest, "InvalidToken"),
        ["another region"] = (static r => r.Region = "us-east-1", HttpStatusCode.BadRequest, "AuthorizationHeaderMalformed"),
        ["another service"] = (static r => r.Service = "sts", HttpStatusCode.BadRequest, "AuthorizationHeaderMalformed"),
        ["another day in the scope"] = (static r => r.Day = "20261122", HttpStatusCode.BadRequest, "AuthorizationHeaderMalformed"),
        ["more than 15 minutes early"] = (static r => r.SignedAt += TimeSpan.FromSeconds(901), HttpStatusCode.Forbidden, "RequestTimeTooSkewed"),
        ["more than 15 minutes late"] = (static r => r.SignedAt -= TimeSpan.FromSeconds(901), HttpStatusCode.Forbidden, "RequestTimeTooSkewed"),
        ["URL a second too old"] = (static r => (r.Expires, r.SignedAt) = (900, r.SignedAt.AddSeconds(-901)), HttpStatusCode.Forbidden, "AccessDenied"),
        ["URL for more than seven days"] = (static r => r.Expires = 604_801, HttpStatusCode.BadRequest, "AuthorizationQueryParametersError"),
        ["URL for less than nothing"] = (static r => r.Expires = -1, HttpStatusCode.BadRequest, "AuthorizationQueryParametersError"),
        ["URL from the future"] = (static r => (r.Expires, r.SignedAt) = (3600, r.SignedAt.AddSeconds(901)), HttpStatusCode.Forbidden, "AccessDenied"),
        ["URL and header at once"] = (static r => { r.Expires = 900; r.LateHeaders["authorization"] = "AWS4-HMAC-SHA256 x"; }, HttpStatusCode.BadRequest, "InvalidArgument"),
        ["first chunk's signature"] = (static r => r.Stream(SignedChunks, static c => c.Signed("hello", NoSignature) + c.Signed(string.Empty) + "\r\n"), HttpStatusCode.Forbidden, "SignatureDoesNotMatch"),
        ["last chunk's signature"] = (static r => r.Stream(SignedChunks, static c => c.Signed("hello") + c.Signed(string.Empty, NoSignature) + "\r\n"), HttpStatusCode.Forbidden, "SignatureDoesNotMatch"),
        ["chunk changed"] = (static r => r.Stream(SignedChunks, static c => c.Signed("hello", sent: "hallo") + c.Signed(string.Empty) + "\r\n"), HttpStatusCode.Forbidden, "SignatureDoesNotMatch"),
        ["chunks in another order"] = (static r => r.Stream(SignedChunks, static c => Swapped(c.Signed("hel"), c.Signed("lo")) + c.Signed(string.Empty) + "\r\n"), HttpStatusCode.Forbidden, "SignatureDoesNotMatch"),
        ["chunk without signature"] = (static r => r.Stream(SignedChunks, static _ => Chunks.Unsigned("hello") + Chunks.Unsigned(string.Empty) + "\r\n"), HttpStatusCode.Forbidden, "SignatureDoesNotMatch"),
        ["last chunk missing"] = (static r => r.Stream(SignedChunks, static c => c.Signed("hello")), HttpStatusCode.BadRequest, "IncompleteBody"),
        ["another length than announced"] = (static r => r.Stream(SignedChunks, static c => c.Signed("hello") + c.Signed(string.Empty) + "\r\n", length: 6), HttpStatusCode.BadRequest, "IncompleteBody"),
        ["trailer's signature"] = (static r => r.Stream(SignedTrailer, static c => c.Signed("hello") + c.Signed(string.Empty) + c.Trailer(Checksum("hello"), NoSignature)), HttpStatusCode.Forbidden, "SignatureDoesNotMatch"),
        ["trailer without signature"] = (static r => r.Stream(SignedTrailer, static c => c.Signed("hello") + c.Signed(string.Empty) + Chunks.UnsignedTrailer(Checksum("hello"))), HttpStatusCode.Forbidden, "SignatureDoesNotMatch"),
        ["signed trailing checksum of another body"] = (static r => r.Stream(SignedTrailer, static c => c.Signed("hello") + c.Signed(string.Empty) + c.Trailer(Checksum("other"))), HttpStatusCode.BadRequest, "BadDigest"),
        ["trailing checksum of another body"] = (static r => r.Stream(UnsignedTrailer, static _ => Chunks.Unsigned("hello") + Chunks.Unsigned(string.Empty) + Chunks.UnsignedTrailer(Checksum("other"))), HttpStatusCode.BadRequest, "BadDigest"),
        ["trailing checksum missing"] = (static r => r.Stream(UnsignedTrailer, static _ => Chunks.Unsigned("hello") + Chunks.Unsigned(string.Empty) + "\r\n"), HttpStatusCode.BadRequest, "BadDigest"),
    };

    public static TheoryData<string> RightOnes => [.. Right.Keys];

    public static TheoryData<string> WrongOnes => [.. Wrong.Keys];

    [Theory]
    [MemberData(nameof(RightOnes))]
    public async Task A_valid_request_is_stored(string what)
    {
        var request = await RequestAsync();
        Right[what](request);

        Assert.Equal((HttpStatusCode.OK, null), await SendAsync(request, Aws.S3.Endpoint));
        Assert.Equal(["key"], Aws.S3.Keys(Bucket));
    }

    [Theory]
    [MemberData(nameof(WrongOnes))]
    public async Task An_invalid_request_is_refused_with_the_error_of_S3_and_stores_nothing(string what)
    {
        var (spoil, status, code) = Wrong[what];
        var request = await RequestAsync();
        spoil(request);

        Assert.Equal((status, code), await SendAsync(request, Aws.S3.Endpoint));
        Assert.Empty(Aws.S3.Keys(Bucket));
        Assert.Equal(((int)status, code), Assert.Single(Aws.S3.Calls) switch { var call => (call.Status, call.ErrorCode) });
    }

    [Fact]
    public async Task A_session_serves_until_its_last_second_and_not_a_second_more()
    {
        var keys = (await RequestAsync()).Keys;
        _time.Advance(TimeSpan.FromSeconds(3599));
        Assert.Equal((HttpStatusCode.OK, null), await SendAsync(new RawRequest(keys, _time.GetUtcNow()), Aws.S3.Endpoint));
        Assert.Equal((HttpStatusCode.OK, null), await SendAsync(CallerIdentity(keys), Aws.Sts.Endpoint));

        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((HttpStatusCode.BadRequest, "ExpiredToken"), await SendAsync(new RawRequest(keys, _time.GetUtcNow()), Aws.S3.Endpoint));
        Assert.Equal((HttpStatusCode.Forbidden, "ExpiredToken"), await SendAsync(CallerIdentity(keys), Aws.Sts.Endpoint));
    }

    private static readonly Dictionary<string, (Action<RawRequest> Change, HttpStatusCode Status, string Part)> ForSts = new()
    {
        ["5 minutes early"] = (static r => r.SignedAt += TimeSpan.FromMinutes(5), HttpStatusCode.OK, "<Arn>"),
        ["5 minutes late"] = (static r => r.SignedAt -= TimeSpan.FromMinutes(5), HttpStatusCode.OK, "<Arn>"),
        ["more than 5 minutes early"] = (static r => r.SignedAt += TimeSpan.FromSeconds(301), HttpStatusCode.Forbidden, "Signature not yet current: 20261123T120501Z is still later than 20261123T120500Z (20261123T120000Z + 5 min.)"),
        ["more than 5 minutes late"] = (static r => r.SignedAt -= TimeSpan.FromSeconds(301), HttpStatusCode.Forbidden, "Signature expired: 20261123T115459Z is now earlier than 20261123T115500Z (20261123T120000Z - 5 min.)"),
        ["another region"] = (static r => r.Region = "us-east-1", HttpStatusCode.Forbidden, "Credential should be scoped to a valid region."),
        ["another service"] = (static r => r.Service = "s3", HttpStatusCode.Forbidden, "Credential should be scoped to correct service: 'sts'."),
        ["another secret"] = (static r => r.Keys = r.Keys with { SecretAccessKey = "another" }, HttpStatusCode.Forbidden, "<Code>SignatureDoesNotMatch</Code>"),
        ["scope without a region"] = (static r => r.Region = "eu/central", HttpStatusCode.BadRequest, "<Code>IncompleteSignature</Code>"),
        ["URL for more than 15 minutes"] = (static r => r.Expires = 901, HttpStatusCode.BadRequest, "X-Amz-Expires must be between 0 and 900 seconds"),
    };

    public static TheoryData<string> NamesForSts => [.. ForSts.Keys];

    [Theory]
    [MemberData(nameof(NamesForSts))]
    public async Task STS_allows_5_minutes_and_verifies_region_and_service_of_the_scope(string name)
    {
        var (change, status, part) = ForSts[name];
        var request = CallerIdentity((await RequestAsync()).Keys);
        change(request);
        using var message = request.Sign(Aws.Sts.Endpoint);

        using var answer = await _http.SendAsync(message, Cancel);

        Assert.Equal(status, answer.StatusCode);
        Assert.Contains(part, await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    private static string Swapped(string first, string second) => second + first;

    private RawRequest CallerIdentity(SessionKeys keys)
    {
        const string Fields = "Action=GetCallerIdentity&Version=2011-06-15";
        var request = new RawRequest(keys, _time.GetUtcNow())
        {
            Service = "sts",
            Method = HttpMethod.Post,
            Path = "/",
            PayloadHash = Hash(Fields),
            Body = static _ => Fields,
        };
        request.Headers["content-type"] = "application/x-www-form-urlencoded";
        return request;
    }

    private async Task<RawRequest> RequestAsync() => new((await Sts.AskAsync()).Keys, _time.GetUtcNow());

    private async Task<(HttpStatusCode Status, string? Code)> SendAsync(RawRequest request, Uri endpoint)
    {
        using var message = request.Sign(endpoint);
        using var answer = await _http.SendAsync(message, Cancel);
        var body = await answer.Content.ReadAsStringAsync(Cancel);
        return (answer.StatusCode, body.Length == 0 ? null : XDocument.Parse(body).Descendants().FirstOrDefault(static element => element.Name.LocalName == "Code")?.Value);
    }
}
