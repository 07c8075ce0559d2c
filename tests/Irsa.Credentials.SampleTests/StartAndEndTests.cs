using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Irsa.Credentials.Testing;

namespace Irsa.Credentials.SampleTests;

/// <summary>The first request of a process, and its last.</summary>
public sealed class StartAndEndTests : IAsyncLifetime
{
    private LocalAws _aws = null!;
    private SampleProcess _sample = null!;
    private HttpClient _http = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _aws = await LocalAws.StartAsync(static options => options.Buckets.Add("bucket"), Cancel);
        (_sample, _http) = await StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _sample.DisposeAsync();
        await _aws.DisposeAsync();
    }

    [Fact]
    public async Task The_exchange_is_made_before_the_first_request_and_no_request_makes_another()
    {
        Assert.Single(_aws.Sts.Calls);
        Assert.Equal(HttpStatusCode.OK, (await _http.GetAsync("/health/ready", Cancel)).StatusCode);

        Assert.Equal(HttpStatusCode.Created, (await _http.PutAsync("/objects/first", new StringContent("x"), Cancel)).StatusCode);

        Assert.Single(_aws.Sts.Calls);
    }

    [Fact]
    public async Task An_upload_in_flight_is_finished_after_the_signal_to_end()
    {
        using var connection = await SendAsync(_http.BaseAddress!, "PUT /objects/late HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 10\r\n\r\n");
        await using var stream = connection.GetStream();
        using var reader = new StreamReader(stream, Encoding.ASCII);

        // The service asks for the body, so the request is in flight.
        Assert.Equal("HTTP/1.1 100 Continue", await reader.ReadLineAsync(Cancel));
        await stream.WriteAsync("12345"u8.ToArray(), Cancel);
        _sample.Terminate();
        await UntilNobodyListensAsync();
        await stream.WriteAsync("67890"u8.ToArray(), Cancel);

        Assert.Empty(await reader.ReadLineAsync(Cancel) ?? "end");
        Assert.Equal("HTTP/1.1 201 Created", await reader.ReadLineAsync(Cancel));
        Assert.Equal(0, await _sample.EndAsync());
        Assert.Equal(["late"], _aws.S3.Keys("bucket"));
    }

    /// <summary>The host's own limit is 30 seconds, for which the Deployment makes room; shortened here, so that nobody waits for it.</summary>
    [Fact]
    public async Task A_client_that_stops_sending_does_not_hold_the_end_up_for_longer_than_the_hosts_limit()
    {
        var (sample, http) = await StartAsync(("DOTNET_SHUTDOWNTIMEOUTSECONDS", "2"));
        await using var ends = sample;
        using var closes = http;
        using var connection = await SendAsync(http.BaseAddress!, "PUT /objects/never HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 10\r\n\r\n");
        await using var stream = connection.GetStream();
        using var reader = new StreamReader(stream, Encoding.ASCII);
        Assert.Equal("HTTP/1.1 100 Continue", await reader.ReadLineAsync(Cancel));

        Assert.Equal(0, await sample.TerminateAsync());

        Assert.Empty(_aws.S3.Keys("bucket"));
    }

    [Fact]
    public async Task A_download_in_flight_is_finished_after_the_signal_to_end()
    {
        const int Size = 20_000_000;
        await _http.PutAsync("/objects/large", new ByteArrayContent(new byte[Size]), Cancel);
        using var answer = await _http.GetAsync("/objects/large", HttpCompletionOption.ResponseHeadersRead, Cancel);
        await using var body = await answer.Content.ReadAsStreamAsync(Cancel);
        await body.ReadExactlyAsync(new byte[1000], Cancel);

        _sample.Terminate();
        await UntilNobodyListensAsync();

        await body.ReadExactlyAsync(new byte[Size - 1000], Cancel);
        Assert.Equal(0, await _sample.EndAsync());
    }

    private static async Task<TcpClient> SendAsync(Uri address, string head)
    {
        var connection = new TcpClient();
        await connection.ConnectAsync(address.Host, address.Port, Cancel);
        await connection.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head), Cancel);
        return connection;
    }

    private Task<(SampleProcess Process, HttpClient Client)> StartAsync(params (string Name, string Value)[] settings)
    {
        var variables = SampleProcess.VariablesOf(_aws);
        foreach (var (name, value) in settings)
        {
            variables[name] = value;
        }

        return SampleProcess.StartAsync(variables);
    }

    private async Task UntilNobodyListensAsync()
    {
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        for (var attempt = 0; attempt < 500; attempt++)
        {
            try
            {
                using var connection = new TcpClient();
                await connection.ConnectAsync(_http.BaseAddress!.Host, _http.BaseAddress.Port, Cancel);
            }
            catch (SocketException)
            {
                return;
            }

            await tick.WaitForNextTickAsync(Cancel);
        }

        Assert.Fail(string.Create(CultureInfo.InvariantCulture, $"Port {_http.BaseAddress!.Port} still accepts connections."));
    }
}
