using System.Text;
using Irsa.Credentials.IntegrationTests.Failures;
using Irsa.Credentials.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Irsa.Credentials.IntegrationTests.AwsSdk;

/// <summary>What an HTTP client does of its own accord, and must not do with a token in its hands.</summary>
public sealed class StsOverHttpTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());
    private LocalAws _aws = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _aws = await LocalAws.StartAsync(cancellationToken: Cancel);

    public ValueTask DisposeAsync() => _aws.DisposeAsync();

    [Fact]
    public async Task A_redirect_is_not_followed_so_the_token_goes_to_nobody_else()
    {
        await using var elsewhere = StubServer.Answering(static _ => StubServer.Http("200 OK", "text/xml", StsResponses.Success()));
        await using var sts = StubServer.Answering(_ => $"HTTP/1.1 307 Temporary Redirect\r\nLocation: http://127.0.0.1:{elsewhere.Port}/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        await using var credentials = Create(sts);

        var thrown = await Assert.ThrowsAsync<IrsaException>(() => credentials.GetCredentialsAsync(Cancel));

        Assert.Equal((IrsaErrorCode.NotAnStsResponse, 307), (thrown.Code, thrown.HttpStatus));
        Assert.Equal(0, elsewhere.Connections);
    }

    [Fact]
    public async Task An_answer_that_begins_and_stalls_costs_no_more_than_one_that_never_comes()
    {
        var stalled = new TaskCompletionSource();
        await using var sts = new StubServer(async (stream, ended) =>
        {
            await StubServer.ReadRequestAsync(stream, ended);
            var body = Encoding.UTF8.GetBytes("<A>" + new string(' ', 512 * 1024));
            await stream.WriteAsync(Encoding.UTF8.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: {body.Length + 100}\r\n\r\n"), ended);
            await stream.WriteAsync(body, ended);
            stalled.SetResult();
            await new TaskCompletionSource().Task.WaitAsync(ended);
        });
        await using var credentials = Create(sts);
        var waiting = credentials.GetCredentialsAsync(Cancel);
        await stalled.Task.WaitAsync(Cancel);

        _time.Advance(TimeSpan.FromSeconds(5));
        var thrown = await Assert.ThrowsAsync<IrsaException>(() => waiting);
        Assert.Equal(IrsaErrorCode.Timeout, thrown.Code);
    }

    private WebIdentityTokenCredentials Create(StubServer sts)
    {
        var options = new IrsaOptions();
        _aws.Configure(options);
        options.StsEndpoint = new Uri($"http://127.0.0.1:{sts.Port}/");
        options.MaxAttempts = 1;
        return new WebIdentityTokenCredentials(options, timeProvider: _time);
    }
}
