using System.Text;
using Irsa.Credentials.Testing;

namespace Irsa.Credentials.IntegrationTests.TestDouble;

/// <summary>
/// Requests that no honest client sends, from a seed. Most have a valid signature, so that they reach the code behind the verification.
/// </summary>
internal sealed class HostileRequests(LocalAws aws, SessionKeys keys, int seed)
{
    private static readonly string[] Texts =
    [
        string.Empty, " ", "%", "%00", "%01", "%0d%0aX-Injected:%201", "%ff%fe", "%ed%a0%80", "\u0001", "\t", "0", "-1", "1", "2147483648", "9223372036854775808",
        "99999999999999999999999999", "1e308", "NaN", "٣", "é", "\uFFFF", "😀", "=", "==", "AAA=", "!!!!", "{}", "{\"a\":", "[[[[[[[[", "<a>", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
        "../../etc/passwd", "/", "//", "a/../b", "*", "\"", "\"a\"", "bytes=0-0", "bytes=-0", "bytes=9-1", "bytes=0-999999999999999999", "bytes=,", "true",
        "Fri, 31 Dec 9999 23:59:59 GMT", "Mon, 01 Jan 0001 00:00:00 GMT", "99991231T235959Z", "00010101T000000Z", "arn:aws:iam::111122223333:role/x", "eu-central-1", "s3", "aws4_request", "ffffffffffffffff",
        "7fffffffffffffff", "UNSIGNED-PAYLOAD", "STREAMING-UNSIGNED-PAYLOAD-TRAILER", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER", "REPLACE", "COMPOSITE", "sha256", "crc32", "url", "a.b.c", "..", "e30.e30.e30", "e30.e30.e30.e30.e30",
    ];

    private static readonly (string Method, string Path, string[] Query)[] Operations =
    [
        ("GET", "/test-bucket/key", []), ("GET", "/test-bucket/key", ["response-content-type"]), ("GET", "/test-bucket/key", ["partNumber"]), ("HEAD", "/test-bucket/key", []), ("PUT", "/test-bucket/key", []),
        ("PUT", "/test-bucket/key", []), ("DELETE", "/test-bucket/other", []), ("GET", "/", []), ("GET", "/test-bucket", []), ("GET", "/test-bucket", ["list-type", "continuation-token"]), ("GET", "/test-bucket", ["uploads"]),
        ("POST", "/test-bucket", ["delete"]), ("POST", "/test-bucket/key", ["uploads"]), ("PUT", "/test-bucket/key", ["partNumber", "uploadId"]), ("GET", "/test-bucket/key", ["uploadId"]),
        ("POST", "/test-bucket/key", ["uploadId"]),
    ];

    private static readonly string[] QueryNames =
    [
        "list-type", "prefix", "delimiter", "max-keys", "continuation-token", "start-after", "marker", "encoding-type", "partNumber", "uploadId", "uploads", "delete", "tagging", "location", "versionId", "max-parts",
        "part-number-marker", "max-uploads", "key-marker", "upload-id-marker", "response-content-type", "response-content-disposition", "response-expires", "X-Amz-Signature", "X-Amz-Expires", "acl",
    ];

    private static readonly string[] HeaderNames =
    [
        "range", "if-match", "if-none-match", "if-modified-since", "if-unmodified-since", "content-md5", "content-type", "content-encoding", "content-disposition", "expires", "cache-control", "x-amz-copy-source",
        "x-amz-copy-source-range", "x-amz-copy-source-if-modified-since", "x-amz-copy-source-if-match", "x-amz-metadata-directive", "x-amz-meta-a", "x-amz-checksum-sha256", "x-amz-checksum-crc32", "x-amz-checksum-algorithm",
        "x-amz-checksum-type", "x-amz-checksum-mode", "x-amz-trailer", "x-amz-decoded-content-length", "x-amz-tagging", "x-amz-storage-class", "expect",
    ];

    private static readonly string[] Fields =
    [
        "Action", "Version", "RoleArn", "RoleSessionName", "WebIdentityToken", "DurationSeconds", "Policy", "PolicyArns.member.1.arn", "PolicyArns.member.٣.arn", "Tags.member.1.Key", "Tags.member.1.Value",
        "Tags.member.9999.Key", "ProviderId", "ExternalId",
    ];

    private static readonly string[] Documents =
    [
        "<Delete><Object><Key>a</Key></Object></Delete>", "<Delete/>", "<Delete><Object/></Delete>", "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>a</ETag></Part></CompleteMultipartUpload>",
        "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><PartNumber>1</PartNumber><ETag/></Part></CompleteMultipartUpload>", "<?xml version=\"1.0\" encoding=\"utf-7\"?><a/>", "<?xml version=\"9.0\"?><a/>", "<a", "5\r\nhello\r\n0\r\n\r\n",
        "5;chunk-signature=0\r\nhello\r\n0;chunk-signature=0\r\n\r\n", "-1\r\n", "ffffffffffffffff\r\n", "7fffffffffffffff\r\nx", "zz\r\n", "0\r\n:\r\n\r\n", "0\r\na:b\r\nc\r\n\r\n",
    ];

    private readonly Random _random = new(seed);

    /// <summary>Gets an upload id that exists.</summary>
    public string UploadId { get; set; } = string.Empty;

    /// <summary>Returns the next request, and whether its length is what it announces.</summary>
    public (Uri Endpoint, byte[] Request, bool IsFramed) Next()
    {
        var (endpoint, text) = _random.Next(8) switch
        {
            0 => (aws.Sts.Endpoint, Form()),
            1 => (aws.Sts.Endpoint, FormQuery()),
            2 or 3 => (aws.Sts.Endpoint, SignedForm().Render(aws.Sts.Endpoint)),
            _ => (aws.S3.Endpoint, SignedObject().Render(aws.S3.Endpoint)),
        };
        var bytes = Encoding.UTF8.GetBytes(text);
        return _random.Next(8) == 0 ? (endpoint, Damage(bytes), false) : (endpoint, bytes, true);
    }

    /// <summary>An operation that S3 has, of which some parts are replaced.</summary>
    private RawRequest SignedObject()
    {
        var (method, path, query) = Pick(Operations);
        var request = new RawRequest(keys, Now())
        {
            Method = new HttpMethod(_random.Next(10) == 0 ? Pick("GET", "PUT", "POST", "DELETE", "HEAD", "PATCH") : method),
            Path = _random.Next(10) == 0 ? Pick("/", "/test-bucket/", "/test-bucket/" + Encoded(Text()), "/" + Encoded(Text()), "/test-bucket/" + new string('x', 1100)) : path,
        };
        foreach (var name in query)
        {
            request.Query[name] = name == "uploadId" ? UploadId : name == "list-type" ? "2" : Pick("1", Decoded(Text()));
        }

        for (var count = _random.Next(3); count > 0; count--)
        {
            request.Query[Pick(QueryNames)] = Decoded(Text());
        }

        for (var count = _random.Next(4); count > 0; count--)
        {
            request.Headers[Pick(HeaderNames)] = Pick(Line(), Line(), "/test-bucket/key");
        }

        if (method == "POST" || _random.Next(2) == 0)
        {
            var document = method == "POST" ? Pick<string>(Documents.AsSpan(0, 8)) : Pick(Documents);
            request.PayloadHash = RawRequest.Hash(document);
            request.Body = _ => document;
        }

        if (_random.Next(4) == 0)
        {
            request.Stream(Pick("STREAMING-AWS4-HMAC-SHA256-PAYLOAD", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"), Chunked());
        }

        Misstate(request);
        return request;
    }

    private Func<RawRequest.Chunks, string> Chunked() => _random.Next(5) switch
    {
        0 => chunks => chunks.Signed("hello") + chunks.Signed(string.Empty) + chunks.Trailer(Line()),
        1 => chunks => chunks.Signed("hel") + chunks.Signed("lo") + chunks.Signed(string.Empty) + "\r\n",
        2 => _ => RawRequest.Chunks.Unsigned("hello") + RawRequest.Chunks.Unsigned(string.Empty) + string.Concat(Enumerable.Range(0, 100).Select(static number => $"a{number}: b\r\n")),
        3 => _ => new string('1', 10_000),
        _ => _ => Pick(Documents),
    };

    private RawRequest SignedForm()
    {
        var body = string.Join('&', Chosen().Append(new("Action", Pick("AssumeRole", "GetCallerIdentity"))).Select(static field => $"{field.Key}={field.Value}"));
        var request = new RawRequest(keys, Now()) { Service = "sts", Method = HttpMethod.Post, Path = "/", PayloadHash = RawRequest.Hash(body), Body = _ => body };
        request.Headers["content-type"] = "application/x-www-form-urlencoded";
        Misstate(request);
        return request;
    }

    /// <summary>Sometimes changes what the signature claims.</summary>
    private void Misstate(RawRequest request)
    {
        switch (_random.Next(40))
        {
            case 0: request.SignedAt = Pick(DateTimeOffset.MaxValue, DateTimeOffset.MinValue, request.SignedAt.AddMinutes(_random.Next(-30, 30))); break;
            case 1: request.Day = Line(); break;
            case 2: request.Region = Line(); break;
            case 3: request.Service = Line(); break;
            case 4: request.Expires = Pick(0, 1, -1, 60, 604_800, 604_801, int.MaxValue, int.MinValue); break;
            case 5: (request.Expires, request.SignedAt) = (604_800, Pick(DateTimeOffset.MaxValue, DateTimeOffset.MinValue)); break;
            case 6: request.LateHeaders["authorization"] = Pick("AWS4-HMAC-SHA256 ", "AWS4-HMAC-SHA256 Credential=a, SignedHeaders=b, Signature=c", Line()); break;
            case 7: request.PayloadHash = Line(); break;
            case 8: request.SentPath = "/" + Encoded(Text()); break;
            case 9: request.SentPath = Pick("*", "http://example.invalid/test-bucket/key", "/%", "/%zz", "/\u00e9", "/test-bucket/key#fragment"); break;
            case 10: request.Keys = request.Keys with { SessionToken = Line() }; break;
            default: break;
        }
    }

    private string Form()
    {
        var body = string.Join('&', Chosen().Select(static field => $"{field.Key}={field.Value}"));
        var type = Pick("application/x-www-form-urlencoded", "application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=utf-7", "multipart/form-data", "multipart/form-data; boundary=a", "text/plain", Line());
        return $"POST / HTTP/1.1\r\nhost: {aws.Sts.Endpoint.Authority}\r\ncontent-type: {type}\r\ncontent-length: {Encoding.UTF8.GetByteCount(body)}\r\nconnection: close\r\n\r\n{body}";
    }

    private string FormQuery() =>
        $"GET /?{string.Join('&', Chosen().Select(static field => $"{Encoded(field.Key)}={Encoded(field.Value)}"))} HTTP/1.1\r\nhost: {aws.Sts.Endpoint.Authority}\r\nconnection: close\r\n\r\n";

    /// <summary>The fields of a valid request, of which some are replaced.</summary>
    private Dictionary<string, string> Chosen()
    {
        var fields = new Dictionary<string, string>
        {
            ["Action"] = "AssumeRoleWithWebIdentity",
            ["RoleArn"] = aws.RoleArn,
            ["RoleSessionName"] = "session",
            ["WebIdentityToken"] = Token(),
        };
        for (var count = _random.Next(4); count > 0; count--)
        {
            fields[Pick(Fields)] = Text();
        }

        return fields;
    }

    /// <summary>A token, sometimes with claims of another type or value.</summary>
    private string Token() => _random.Next(4) switch
    {
        0 => string.Join('.', Enumerable.Range(0, _random.Next(1, 6)).Select(_ => Convert.ToBase64String(Encoding.UTF8.GetBytes(Claims())).TrimEnd('='))),
        1 => aws.Issuer.IssueToken(request => request.ChangeClaims = claims => claims[Pick("iss", "sub", "aud", "exp", "iat", "nbf", "jti")] = Pick("x", string.Empty, "\u0001")),
        2 => Text(),
        _ => aws.Issuer.IssueToken(),
    };

    private string Claims() => Pick(
        "{}", "[]", "null", "{\"alg\":\"RS256\",\"kid\":5}", "{\"alg\":5}", "{\"exp\":1e300}", "{\"exp\":-1e300}", "{\"exp\":\"x\"}", "{\"exp\":{}}", "{\"exp\":99999999999999999999}", "{\"aud\":{}}", "{\"aud\":[5,null]}", "{\"iss\":5}",
        "{\"iss\":{}}", "{\"sub\":[]}", "{\"jti\":{}}", "{\"iss\":\"\\ud800\"}", "{\"a\":" + new string('[', 200));

    private byte[] Damage(byte[] request)
    {
        var damaged = request.ToList();
        for (var count = _random.Next(1, 4); count > 0 && damaged.Count > 0; count--)
        {
            var at = _random.Next(damaged.Count);
            switch (_random.Next(4))
            {
                case 0: damaged[at] = (byte)_random.Next(256); break;
                case 1: damaged.RemoveRange(at, Math.Min(_random.Next(1, 20), damaged.Count - at)); break;
                case 2: damaged.InsertRange(at, Encoding.UTF8.GetBytes(Text())); break;
                default: damaged.InsertRange(at, damaged.GetRange(at, Math.Min(_random.Next(1, 40), damaged.Count - at))); break;
            }
        }

        return [.. damaged];
    }

    private string Text() => _random.Next(10) switch
    {
        0 => new string(Pick('a', '%', '/', '[', '9'), Pick(65, 300, 5_000)),
        1 => Pick(Texts) + Pick(Texts),
        _ => Pick(Texts),
    };

    /// <summary>Text without the line breaks that would end a header.</summary>
    private string Line() => Decoded(Text()).ReplaceLineEndings(string.Empty).Trim();

    private static string Decoded(string text) => Uri.UnescapeDataString(text);

    private static string Encoded(string text) => Uri.EscapeDataString(text);

    private T Pick<T>(params ReadOnlySpan<T> items) => items[_random.Next(items.Length)];

    private static DateTimeOffset Now() => TimeProvider.System.GetUtcNow();
}
