using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Irsa.Credentials.IntegrationTests.TestDouble;

/// <summary>
/// A request that is signed without code of the server or the SDK, so that what is signed and what is sent can differ in one place. Without
/// changes it is valid and puts <c>hello</c> under <c>/test-bucket/key</c>.
/// </summary>
internal sealed class RawRequest(SessionKeys keys, DateTimeOffset now)
{
    public static readonly string NoSignature = new('0', 64);

    public SessionKeys Keys { get; set; } = keys;

    public DateTimeOffset SignedAt { get; set; } = now;

    /// <summary>Gets or sets the date in the scope; null for that of <see cref="SignedAt"/>.</summary>
    public string? Day { get; set; }

    public string Region { get; set; } = "eu-central-1";

    public string Service { get; set; } = "s3";

    public HttpMethod Method { get; set; } = HttpMethod.Put;

    public string Path { get; set; } = "/test-bucket/key";

    /// <summary>Gets or sets the path that is sent; null for the one that is signed.</summary>
    public string? SentPath { get; set; }

    /// <summary>Gets the query, beside what a signature adds to it.</summary>
    public Dictionary<string, string> Query { get; } = [];

    public string PayloadHash { get; set; } = Hash("hello");

    public Func<Chunks, string> Body { get; set; } = static _ => "hello";

    /// <summary>Gets or sets the lifetime of a presigned URL in seconds; null if the headers are signed.</summary>
    public int? Expires { get; set; }

    /// <summary>Gets the signed headers, beside those that each signature has.</summary>
    public Dictionary<string, string> Headers { get; } = [];

    /// <summary>Gets the headers that are added after the signing.</summary>
    public Dictionary<string, string> LateHeaders { get; } = [];

    /// <summary>Gets the names of headers that are sent but not signed.</summary>
    public HashSet<string> Unsigned { get; } = [];

    public static string Hash(string text) => Hex(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    public static string Checksum(string text) => Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>Sends the body in chunks, in one of the streaming formats of S3.</summary>
    public void Stream(string format, Func<Chunks, string> body, int length = 5)
    {
        PayloadHash = format;
        Headers["content-encoding"] = "aws-chunked";
        Headers["x-amz-decoded-content-length"] = length.ToString(CultureInfo.InvariantCulture);
        if (format.EndsWith("-TRAILER", StringComparison.Ordinal))
        {
            Headers["x-amz-trailer"] = "x-amz-checksum-sha256";
        }

        Body = body;
    }

    public HttpRequestMessage Sign(Uri endpoint)
    {
        var (target, headers, body) = SignParts(endpoint);
        var request = new HttpRequestMessage(Method, new Uri(endpoint, target)) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) };
        foreach (var (name, value) in headers)
        {
            if (name != "host" && !request.Headers.TryAddWithoutValidation(name, value))
            {
                request.Content.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return request;
    }

    /// <summary>Returns the request as HTTP/1.1 text, with values that an HTTP client would not send.</summary>
    public string Render(Uri endpoint)
    {
        var (target, headers, body) = SignParts(endpoint);
        var lines = string.Concat(headers.Select(static header => $"{header.Key}: {header.Value}\r\n"));
        return $"{Method} {target} HTTP/1.1\r\n{lines}content-length: {Encoding.UTF8.GetByteCount(body)}\r\nconnection: close\r\n\r\n{body}";
    }

    private (string Target, IReadOnlyList<KeyValuePair<string, string>> Headers, string Body) SignParts(Uri endpoint)
    {
        var timestamp = SignedAt.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var scope = $"{Day ?? timestamp[..8]}/{Region}/{Service}/aws4_request";
        var headers = new SortedDictionary<string, string>(Headers, StringComparer.Ordinal) { ["host"] = endpoint.Authority };
        var query = new SortedDictionary<string, string>(Query, StringComparer.Ordinal);
        if (Expires is null)
        {
            headers["x-amz-content-sha256"] = PayloadHash;
            headers["x-amz-date"] = timestamp;
            Add(headers, "x-amz-security-token", Keys.SessionToken);
        }

        var signed = string.Join(';', headers.Keys.Except(Unsigned));
        if (Expires is { } seconds)
        {
            query["X-Amz-Algorithm"] = "AWS4-HMAC-SHA256";
            query["X-Amz-Credential"] = $"{Keys.AccessKeyId}/{scope}";
            query["X-Amz-Date"] = timestamp;
            query["X-Amz-Expires"] = seconds.ToString(CultureInfo.InvariantCulture);
            query["X-Amz-SignedHeaders"] = signed;
            Add(query, "X-Amz-Security-Token", Keys.SessionToken);
        }

        var target = string.Join('&', query.Select(static pair => $"{Uri.EscapeDataString(pair.Key)}={Uri.EscapeDataString(pair.Value)}"));
        var lines = string.Concat(headers.Where(header => !Unsigned.Contains(header.Key)).Select(static header => $"{header.Key}:{header.Value}\n"));
        var canonical = $"{Method}\n{Path}\n{target}\n{lines}\n{signed}\n{(Expires is null ? PayloadHash : "UNSIGNED-PAYLOAD")}";
        var key = scope.Split('/').Aggregate(Encoding.UTF8.GetBytes("AWS4" + Keys.SecretAccessKey), Mac);
        var signature = Hex(Mac(key, $"AWS4-HMAC-SHA256\n{timestamp}\n{scope}\n{Hash(canonical)}"));
        if (Expires is null)
        {
            headers["authorization"] = $"AWS4-HMAC-SHA256 Credential={Keys.AccessKeyId}/{scope}, SignedHeaders={signed}, Signature={signature}";
        }
        else
        {
            target += "&X-Amz-Signature=" + signature;
        }

        return ($"{SentPath ?? Path}?{target}", [.. headers, .. LateHeaders], Body(new Chunks(key, timestamp, scope, signature)));
    }

    private static void Add(SortedDictionary<string, string> to, string name, string? value)
    {
        if (value is not null)
        {
            to[name] = value;
        }
    }

    private static string Hex(byte[] bytes) => Convert.ToHexString(bytes).ToLowerInvariant();

    private static byte[] Mac(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));

    /// <summary>Signs the chunks of a streaming body, each with the signature of the one before.</summary>
    internal sealed class Chunks(byte[] key, string timestamp, string scope, string seed)
    {
        private string _previous = seed;

        public string Signed(string data, string? signature = null, string? sent = null) =>
            $"{data.Length:x};chunk-signature={signature ?? Next("PAYLOAD", $"{Hash(string.Empty)}\n{Hash(data)}")}\r\n{Framed(sent ?? data)}";

        public string Trailer(string value, string? signature = null)
        {
            var line = "x-amz-checksum-sha256:" + value;
            return $"{line}\r\nx-amz-trailer-signature:{signature ?? Next("TRAILER", Hash(line + "\n"))}\r\n\r\n";
        }

        public static string Unsigned(string data) => $"{data.Length:x}\r\n{Framed(data)}";

        public static string UnsignedTrailer(string value) => $"x-amz-checksum-sha256:{value}\r\n\r\n";

        private static string Framed(string data) => data.Length == 0 ? string.Empty : data + "\r\n";

        private string Next(string kind, string what) =>
            _previous = Hex(Mac(key, $"AWS4-HMAC-SHA256-{kind}\n{timestamp}\n{scope}\n{_previous}\n{what}"));
    }
}
