using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Irsa.Credentials.Testing;

namespace Irsa.Credentials.IntegrationTests.TestDouble;

/// <summary>The server answers every request. What is wrong with a request is an error of the client, as at AWS.</summary>
public sealed class HostileRequestTests : LocalAwsTest
{
    private const int Requests = 2_000;

    protected override void Configure(LocalAwsOptions options) => options.Buckets.Add("test-bucket");

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Thousands_of_hostile_requests_are_all_answered_and_none_with_a_server_error(int seed)
    {
        var keys = (await Sts.AskAsync()).Keys;
        var now = TimeProvider.System.GetUtcNow();
        Assert.StartsWith("HTTP/1.1 200", await SendAsync(Aws.S3.Endpoint, new RawRequest(keys, now).Render(Aws.S3.Endpoint)), StringComparison.Ordinal);
        var upload = new RawRequest(keys, now) { Method = HttpMethod.Post, PayloadHash = RawRequest.Hash(string.Empty), Body = static _ => string.Empty, Query = { ["uploads"] = string.Empty } };
        var created = await SendAsync(Aws.S3.Endpoint, upload.Render(Aws.S3.Endpoint));
        var requests = new HostileRequests(Aws, keys, seed) { UploadId = created.Split("<UploadId>")[1].Split('<')[0] };

        for (var number = 0; number < Requests; number++)
        {
            var (endpoint, request, isFramed) = requests.Next();
            var answer = await SendAsync(endpoint, request, isFramed);
            var problem = Problem(answer, isFramed);
            Assert.True(problem is null, $"{problem} to request {number}: {Encoding.UTF8.GetString(request)}\n{answer}");
        }

        Assert.StartsWith("HTTP/1.1 200", await SendAsync(Aws.S3.Endpoint, new RawRequest((await Sts.AskAsync()).Keys, now).Render(Aws.S3.Endpoint)), StringComparison.Ordinal);
    }

    private static readonly Dictionary<string, (Action<RawRequest> Change, string Code)> Rows = new()
    {
        ["line break in a header of the response"] = (static r => Get(r).Query["response-content-type"] = "text/plain\r\nX-Injected: 1", "InvalidArgument"),
        ["text that no header can have"] = (static r => Get(r).Query["response-content-disposition"] = "é", "InvalidArgument"),
        ["continuation token that is not base64"] = (static r => (Get(r).Path, r.Query["list-type"], r.Query["continuation-token"]) = ("/test-bucket", "2", "!"), "InvalidArgument"),
        ["number beyond 64 bits"] = (static r => (Get(r).Path, r.Query["max-keys"]) = ("/test-bucket", "99999999999999999999"), "InvalidArgument"),
        ["URL signed in the year 9999"] = (static r => (r.Expires, r.SignedAt) = (604_800, DateTimeOffset.MaxValue), "AccessDenied"),
        ["header signed in the year 1"] = (static r => r.SignedAt = DateTimeOffset.MinValue, "RequestTimeTooSkewed"),
        ["chunk of 2^63 - 1 bytes"] = (static r => r.Stream("STREAMING-UNSIGNED-PAYLOAD-TRAILER", static _ => "7fffffffffffffff\r\nhello"), "IncompleteBody"),
        ["chunk of 2^64 - 1 bytes"] = (static r => r.Stream("STREAMING-UNSIGNED-PAYLOAD-TRAILER", static _ => "ffffffffffffffff\r\nhello"), "IncompleteBody"),
        ["a hundred trailers"] = (static r => r.Stream("STREAMING-UNSIGNED-PAYLOAD-TRAILER", static _ => "0\r\n" + string.Concat(Enumerable.Range(0, 100).Select(static n => $"a{n}: b\r\n")) + "\r\n", length: 0), "IncompleteBody"),
        ["document type declaration"] = (static r => Post(r, "delete", "<!DOCTYPE a [<!ENTITY b 'key'>]><Delete><Object><Key>&b;</Key></Object></Delete>"), "MalformedXML"),
    };

    public static TheoryData<string> RowNames => [.. Rows.Keys];

    [Theory]
    [MemberData(nameof(RowNames))]
    public async Task A_hostile_value_is_refused_with_the_error_of_S3(string name)
    {
        var (change, code) = Rows[name];
        var keys = (await Sts.AskAsync()).Keys;
        await SendAsync(Aws.S3.Endpoint, new RawRequest(keys, TimeProvider.System.GetUtcNow()).Render(Aws.S3.Endpoint));
        var request = new RawRequest(keys, TimeProvider.System.GetUtcNow());
        change(request);

        var answer = await SendAsync(Aws.S3.Endpoint, request.Render(Aws.S3.Endpoint));

        Assert.Contains($"<Code>{code}</Code>", answer, StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 4", answer, StringComparison.Ordinal);
        Assert.Equal("hello", Aws.S3.GetObject("test-bucket", "key")!.Text);
    }

    [Fact]
    public async Task A_character_that_XML_cannot_represent_is_replaced()
    {
        var reply = await Sts.AskAsync(("Action", "\u0001"));

        Assert.Equal(("InvalidAction", "Could not find operation \uFFFD for version 2011-06-15"), (reply.Code, reply.Sentence));
    }

    [Fact]
    public async Task Stored_text_that_no_header_can_have_is_encoded()
    {
        var keys = (await Sts.AskAsync()).Keys;
        var put = new RawRequest(keys, TimeProvider.System.GetUtcNow()) { Headers = { ["x-amz-meta-a"] = "\u0001" } };

        await SendAsync(Aws.S3.Endpoint, put.Render(Aws.S3.Endpoint));

        Assert.Contains("x-amz-meta-a: =?UTF-8?B?AQ==?=", await SendAsync(Aws.S3.Endpoint, Get(new RawRequest(keys, TimeProvider.System.GetUtcNow())).Render(Aws.S3.Endpoint)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_field_of_a_part_is_named_once()
    {
        var keys = (await Sts.AskAsync()).Keys;
        var create = Post(new RawRequest(keys, TimeProvider.System.GetUtcNow()), "uploads", string.Empty);
        create.Path = "/test-bucket/key";
        var id = (await SendAsync(Aws.S3.Endpoint, create.Render(Aws.S3.Endpoint))).Split("<UploadId>")[1].Split('<')[0];
        var complete = Post(
            new RawRequest(keys, TimeProvider.System.GetUtcNow()),
            "uploadId",
            "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><PartNumber>1</PartNumber><ETag>a</ETag></Part></CompleteMultipartUpload>");
        (complete.Path, complete.Query["uploadId"]) = ("/test-bucket/key", id);

        Assert.Contains("<Code>MalformedXML</Code>", await SendAsync(Aws.S3.Endpoint, complete.Render(Aws.S3.Endpoint)), StringComparison.Ordinal);
    }

    private static RawRequest Get(RawRequest request)
    {
        (request.Method, request.PayloadHash, request.Body) = (HttpMethod.Get, RawRequest.Hash(string.Empty), static _ => string.Empty);
        return request;
    }

    private static RawRequest Post(RawRequest request, string query, string body)
    {
        (request.Method, request.Path, request.PayloadHash, request.Body) = (HttpMethod.Post, "/test-bucket", RawRequest.Hash(body), _ => body);
        request.Query[query] = string.Empty;
        return request;
    }

    private static Task<string> SendAsync(Uri endpoint, string request) => SendAsync(endpoint, Encoding.UTF8.GetBytes(request), isFramed: true);

    private static async Task<string> SendAsync(Uri endpoint, byte[] request, bool isFramed)
    {
        using var connection = new TcpClient();
        await connection.ConnectAsync(endpoint.Host, endpoint.Port, Cancel);
        var stream = connection.GetStream();
        try
        {
            await stream.WriteAsync(request, Cancel);
            if (!isFramed)
            {
                // The server may be waiting for the rest of it.
                connection.Client.Shutdown(SocketShutdown.Send);
            }

            using var answer = new MemoryStream();
            await stream.CopyToAsync(answer, Cancel);
            return Encoding.UTF8.GetString(answer.ToArray());
        }
        catch (Exception reset) when (reset is IOException or SocketException && !isFramed)
        {
            return string.Empty;
        }
    }

    /// <summary>S3 answers 501 for a feature that is not implemented, and the HTTP server 505 for an unknown version of HTTP.</summary>
    private static string? Problem(string answer, bool isFramed)
    {
        if (answer.Length == 0)
        {
            return isFramed ? "No answer" : null;
        }

        var status = int.Parse(answer.AsSpan(9, 3), CultureInfo.InvariantCulture);
        return status is < 500 or 501 or 505 ? null : $"Status {status}";
    }
}
