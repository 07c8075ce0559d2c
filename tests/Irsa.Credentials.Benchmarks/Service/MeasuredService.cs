using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Irsa.Credentials.Benchmarks.Measuring;

namespace Irsa.Credentials.Benchmarks.Service;

/// <summary>A service in a process of its own. Its CPU time is read from outside.</summary>
internal sealed class MeasuredService : IDisposable
{
    private const int Connections = 4;

    private readonly Process _process;
    private readonly HttpClient _http;

    private MeasuredService(Process process, Uri url)
    {
        _process = process;
        _http = new HttpClient { BaseAddress = url };
    }

    /// <param name="program">What to run.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="folder">The folder to run it in, which may hold its settings.</param>
    /// <param name="environment">Variables of its own.</param>
    public static async Task<MeasuredService> StartAsync(string program, IEnumerable<string> arguments, string folder, IReadOnlyDictionary<string, string> environment)
    {
        var url = new Uri($"http://127.0.0.1:{FreePort()}");
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, WorkingDirectory = folder };
        WorkerProcess.SetEnvironment(start, environment.Append(new("Urls", url.ToString())).Append(new("S3__Bucket", "bucket")));

        // Threads that spin while they wait would be charged to whoever has the fewer requests.
        start.Environment["DOTNET_ThreadPool_UnfairSemaphoreSpinLimit"] = "0";

        // The web SDK gives an application this collector; the minimal service is a part of a program of another SDK.
        start.Environment["DOTNET_gcServer"] = "1";
        var process = Process.Start(start)!;
        process.OutputDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        var service = new MeasuredService(process, url);
        while (!await service.IsUpAsync())
        {
            if (process.HasExited)
            {
                throw new InvalidOperationException($"{program} ended; its error is above.");
            }
        }

        return service;
    }

    /// <summary>What a request costs.</summary>
    /// <param name="request">The request.</param>
    /// <param name="count">How many are sent, a few at a time.</param>
    /// <returns>The CPU time of the service in microseconds.</returns>
    public async Task<double> CpuMicrosecondsAsync(ServedRequest request, int count)
    {
        _process.Refresh();
        var before = _process.TotalProcessorTime;
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(async _ =>
        {
            for (var i = 0; i < count / Connections; i++)
            {
                await SendAsync(request);
            }
        }));
        _process.Refresh();
        return (_process.TotalProcessorTime - before).TotalMicroseconds / count;
    }

    /// <summary>How long requests take, one after the other.</summary>
    /// <param name="request">The request.</param>
    /// <param name="count">How many are sent.</param>
    /// <returns>Milliseconds for one.</returns>
    public async Task<double> MillisecondsAsync(ServedRequest request, int count)
    {
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < count; i++)
        {
            await SendAsync(request);
        }

        return Stopwatch.GetElapsedTime(started).TotalMilliseconds / count;
    }

    public void Dispose()
    {
        _http.Dispose();
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static int FreePort()
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private async Task SendAsync(ServedRequest request)
    {
        using var message = request == ServedRequest.Get
            ? new HttpRequestMessage(HttpMethod.Get, "objects/key")
            : new HttpRequestMessage(HttpMethod.Put, "objects/stored") { Content = new ByteArrayContent(new byte[1024]) };
        message.Headers.TransferEncodingChunked = request == ServedRequest.PutWithoutLength ? true : null;
        using var response = await _http.SendAsync(message);
        response.EnsureSuccessStatusCode();
        await response.Content.CopyToAsync(Stream.Null);
    }

    private async Task<bool> IsUpAsync()
    {
        try
        {
            await SendAsync(ServedRequest.Get);
            return true;
        }
        catch (HttpRequestException)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
            return false;
        }
    }
}
