using System.Text;
using Irsa.Credentials.IntegrationTests.Failures;
using Irsa.Credentials.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Irsa.Credentials.IntegrationTests.AwsSdk;

/// <summary>What a server may send without end costs a megabyte and the attempt's time, in an answer of success and in a refusal.</summary>
public sealed class StsResponseBufferTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());
    private LocalAws _aws = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _aws = await LocalAws.StartAsync(cancellationToken: Cancel);

    public ValueTask DisposeAsync() => _aws.DisposeAsync();

    [Theory]
    [InlineData("200 OK", IrsaErrorCode.StsResponseInvalid, false)]
    [InlineData("400 Bad Request", IrsaErrorCode.NotAnStsResponse, false)]
    [InlineData("503 Service Unavailable", IrsaErrorCode.StsUnavailable, false)]
    [InlineData("200 OK", IrsaErrorCode.StsResponseInvalid, true)]
    [InlineData("400 Bad Request", IrsaErrorCode.NotAnStsResponse, true)]
    [InlineData("503 Service Unavailable", IrsaErrorCode.StsUnavailable, true)]
    public async Task An_endless_answer_ends_the_attempt_at_a_megabyte(string status, IrsaErrorCode expected, bool isOwnClient)
    {
        long sent = 0;
        await using var sts = new StubServer(async (stream, ended) =>
        {
            await StubServer.ReadRequestAsync(stream, ended);
            await stream.WriteAsync(Encoding.UTF8.GetBytes($"HTTP/1.1 {status}\r\nContent-Type: text/xml\r\n\r\n<A>"), ended);
            var chunk = Encoding.UTF8.GetBytes(new string(' ', 64 * 1024));
            while (true)
            {
                await stream.WriteAsync(chunk, ended);
                Interlocked.Add(ref sent, chunk.Length);
            }
        });
        await using var credentials = Create(sts, isOwnClient);

        var thrown = await Assert.ThrowsAsync<IrsaException>(() => credentials.GetCredentialsAsync(TestContext.Current.CancellationToken));

        Assert.Equal(expected, thrown.Code);
        Assert.Equal(expected is IrsaErrorCode.StsResponseInvalid, thrown.Message.Contains("longer than 1 MB", StringComparison.Ordinal));
        Assert.InRange(Interlocked.Read(ref sent), 0, 32 * 1024 * 1024);
    }

    [Theory]
    [InlineData("200 OK", false)]
    [InlineData("400 Bad Request", false)]
    [InlineData("503 Service Unavailable", false)]
    [InlineData("503 Service Unavailable", true)]
    public async Task An_answer_that_stalls_in_its_body_ends_with_the_attempts_time_limit(string status, bool isOwnClient)
    {
        var stalled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var sts = new StubServer(async (stream, ended) =>
        {
            await StubServer.ReadRequestAsync(stream, ended);
            await stream.WriteAsync(Encoding.UTF8.GetBytes($"HTTP/1.1 {status}\r\nContent-Type: text/xml\r\nContent-Length: 1000\r\n\r\n<ErrorResponse>"), ended);
            stalled.SetResult();
            await new TaskCompletionSource().Task.WaitAsync(ended);
        });
        await using var credentials = Create(sts, isOwnClient);
        var waiting = credentials.GetCredentialsAsync(TestContext.Current.CancellationToken);
        await stalled.Task.WaitAsync(TestContext.Current.CancellationToken);

        _time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(IrsaErrorCode.Timeout, (await Assert.ThrowsAsync<IrsaException>(() => waiting)).Code);
    }

    [Fact]
    public async Task The_applications_own_HTTP_client_gets_the_whole_request_and_its_answer_is_used()
    {
        string? seen = null;
        await using var sts = StubServer.Answering(request =>
        {
            seen = request;
            return StubServer.Http("200 OK", "text/xml", StsResponses.Success());
        });
        await using var credentials = Create(sts, isOwnClient: true);

        var keys = await credentials.GetCredentialsAsync(Cancel);

        Assert.Equal(StsResponses.SecretKey, keys.SecretKey);
        Assert.StartsWith("POST / HTTP/1.1", seen, StringComparison.Ordinal);
        Assert.Contains("x-own: yes", seen, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("User-Agent: aws-sdk-dotnet", seen, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("Action=AssumeRoleWithWebIdentity", seen, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SessionToken", "abc\r\nx-amz-meta-injected: 1\r\n\r\nPUT /bucket/owned HTTP/1.1", "its SessionToken contains")]
    [InlineData("SecretAccessKey", "k\u00e4y", "its SecretAccessKey contains")]
    [InlineData("Expiration", "tomorrow", "its Expiration")]
    [InlineData("Expiration", "9999999-01-01T00:00:00Z", "its Expiration")]
    [InlineData("Arn", "arn:aws:sts:us-east-1:111122223333:assumed-role/local-app/app-0", "names a region")]
    public async Task What_is_malformed_in_an_answer_is_named_and_not_shown(string element, string value, string fault)
    {
        var body = StsResponses.Success();
        var from = body.IndexOf($"<{element}>", StringComparison.Ordinal) + element.Length + 2;
        body = body[..from] + value.Replace("\r", "&#13;", StringComparison.Ordinal).Replace("\n", "&#10;", StringComparison.Ordinal) + body[body.IndexOf($"</{element}>", StringComparison.Ordinal)..];
        await using var sts = StubServer.Answering(_ => StubServer.Http("200 OK", "text/xml", body));
        await using var credentials = Create(sts);

        var thrown = await Assert.ThrowsAsync<IrsaException>(() => credentials.GetCredentialsAsync(Cancel));

        Assert.Equal(IrsaErrorCode.StsResponseInvalid, thrown.Code);
        Assert.Contains(fault, thrown.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(value, thrown.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(StsResponses.SecretKey, thrown.ToString(), StringComparison.Ordinal);
    }

    private WebIdentityTokenCredentials Create(StubServer sts, bool isOwnClient = false)
    {
        var options = new IrsaOptions();
        _aws.Configure(options);
        options.StsEndpoint = new Uri($"http://127.0.0.1:{sts.Port}/");
        options.MaxAttempts = 1;
        options.ConfigureSts = isOwnClient ? static config => config.HttpClientFactory = new OwnFactory() : null;
        return new WebIdentityTokenCredentials(options, timeProvider: _time);
    }

    private sealed class OwnFactory : Amazon.Runtime.HttpClientFactory
    {
        public override HttpClient CreateHttpClient(Amazon.Runtime.IClientConfig clientConfig)
        {
            var client = new HttpClient();
            client.DefaultRequestHeaders.Add("x-own", "yes");
            return client;
        }
    }
}
