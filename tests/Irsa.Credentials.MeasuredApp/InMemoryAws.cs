using System.Globalization;
using System.Net;
using System.Text;
using Amazon.Runtime;

namespace Irsa.Credentials.MeasuredApp;

/// <summary>
/// STS, S3, SQS and DynamoDB inside of the process: no socket and no second thread, so that a measurement sees the client's work alone. Every
/// answer is complete before the call returns.
/// </summary>
internal sealed class InMemoryAws : HttpClientFactory, IDisposable
{
    public const string AccountId = "111122223333";
    public const string AccessKeyId = "ASIAIRSACREDENTIALS0";
    public const string SecretAccessKey = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

    /// <summary>As long as the tokens of STS, because the length is hashed and sent with every request.</summary>
    public static readonly string SessionToken = string.Concat(Enumerable.Repeat("IQoJb3JpZ2luX2Vj", 50));

    private static readonly byte[] Object = new byte[1024];
    private static readonly byte[] SqsAnswer = Encoding.UTF8.GetBytes("""{"MessageId":"00000000-0000-0000-0000-000000000000","MD5OfMessageBody":"5d41402abc4b2a76b9719d911017c592"}""");
    private static readonly byte[] DynamoDbAnswer = Encoding.UTF8.GetBytes("""{"Item":{"id":{"S":"1"},"value":{"S":"hello"}}}""");

    private readonly TimeProvider _time;
    private readonly Func<bool> _isStsDown;
    private readonly HttpClient _http;
    private int _stsCalls;
    private TaskCompletionSource? _held;

    /// <param name="time">The clock of STS.</param>
    /// <param name="isStsDown">Whether STS answers 503 now.</param>
    public InMemoryAws(TimeProvider time, Func<bool>? isStsDown = null)
    {
        _time = time;
        _isStsDown = isStsDown ?? (static () => false);
        _http = new HttpClient(new Handler(this)) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Gets how often STS was called.</summary>
    public int StsCalls => Volatile.Read(ref _stsCalls);

    /// <summary>Makes STS keep its callers waiting until the result is completed.</summary>
    public TaskCompletionSource HoldSts() => _held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Points a client at this object.</summary>
    public void Configure(ClientConfig config) => config.HttpClientFactory = this;

    public override HttpClient CreateHttpClient(IClientConfig clientConfig) => _http;

    public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

    public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;

    public void Dispose() => _http.Dispose();

    private static bool IsForSts(HttpRequestMessage request) => request.RequestUri!.Host.StartsWith("sts.", StringComparison.Ordinal);

    private async Task<HttpResponseMessage> AnswerWhenReleasedAsync(HttpRequestMessage request, Task released)
    {
        await released;
        return Answer(request);
    }

    private HttpResponseMessage Answer(HttpRequestMessage request)
    {
        if (IsForSts(request))
        {
            return AnswerSts(request);
        }

        if (request.Headers.TryGetValues("X-Amz-Target", out var target))
        {
            return Answer(target.First().StartsWith("DynamoDB", StringComparison.Ordinal) ? DynamoDbAnswer : SqsAnswer, "application/x-amz-json-1.0");
        }

        var response = Answer(request.Method == HttpMethod.Get ? Object : [], "binary/octet-stream");
        response.Headers.TryAddWithoutValidation("ETag", "\"0f343b0931126a20f133d67c2b018a3b\"");
        return response;
    }

    private HttpResponseMessage AnswerSts(HttpRequestMessage request)
    {
        Interlocked.Increment(ref _stsCalls);
        if (_isStsDown())
        {
            return new HttpResponseMessage(HttpStatusCode.ServiceUnavailable) { RequestMessage = request, Content = new ByteArrayContent([]) };
        }

        using var body = new StreamReader(request.Content!.ReadAsStream());
        var parameters = body.ReadToEnd().Split('&').Select(static pair => pair.Split('=')).ToDictionary(static pair => pair[0], static pair => Uri.UnescapeDataString(pair[1]));
        var (action, role, session) = (parameters["Action"], parameters["RoleArn"], parameters["RoleSessionName"]);
        var lifetime = TimeSpan.FromSeconds(parameters.TryGetValue("DurationSeconds", out var asked) ? int.Parse(asked, CultureInfo.InvariantCulture) : 3600);
        var now = _time.GetUtcNow();
        var assumed = role.Replace(":iam:", ":sts:", StringComparison.Ordinal).Replace(":role/", ":assumed-role/", StringComparison.Ordinal) + "/" + session;
        var response = Answer(
            Encoding.UTF8.GetBytes(
                $"""
                <{action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
                  <{action}Result>
                    <Credentials>
                      <AccessKeyId>{AccessKeyId}</AccessKeyId>
                      <SecretAccessKey>{SecretAccessKey}</SecretAccessKey>
                      <SessionToken>{SessionToken}</SessionToken>
                      <Expiration>{(now + lifetime).UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}</Expiration>
                    </Credentials>
                    <AssumedRoleUser><Arn>{assumed}</Arn><AssumedRoleId>AROAIRSACREDENTIALS0:{session}</AssumedRoleId></AssumedRoleUser>
                  </{action}Result>
                  <ResponseMetadata><RequestId>00000000-0000-0000-0000-000000000000</RequestId></ResponseMetadata>
                </{action}Response>
                """),
            "text/xml");
        response.Headers.Date = now;
        return response;
    }

    private static HttpResponseMessage Answer(byte[] body, string mediaType)
    {
        var content = new ByteArrayContent(body);
        content.Headers.TryAddWithoutValidation("Content-Type", mediaType);
        return new HttpResponseMessage(HttpStatusCode.OK) { Content = content };
    }

    private sealed class Handler(InMemoryAws aws) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            aws._held is { } held && IsForSts(request) ? aws.AnswerWhenReleasedAsync(request, held.Task) : Task.FromResult(aws.Answer(request));

        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) => aws.Answer(request);
    }
}
