using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Irsa.Credentials.SampleTests;

/// <summary>A proxy that lets nobody through and remembers where they wanted to go, so that no test reaches a real host.</summary>
internal sealed class RefusingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentQueue<string> _targets = [];
    private readonly Task _serving;

    public RefusingProxy()
    {
        _listener.Start();
        _serving = ServeAsync();
    }

    public string Address => $"http://{_listener.LocalEndpoint}";

    /// <summary>Gets the targets of the tunnels asked for, such as <c>host:443</c>, in order.</summary>
    public IReadOnlyList<string> Targets => [.. _targets];

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _serving;
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            try
            {
                using var client = await _listener.AcceptTcpClientAsync();
                await RefuseAsync(client.GetStream());
            }
            catch (IOException)
            {
                // The client went away first; the next one counts.
            }
            catch (Exception ended) when (ended is SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task RefuseAsync(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.ASCII);
        var request = await reader.ReadLineAsync();
        for (var line = request; !string.IsNullOrEmpty(line);)
        {
            line = await reader.ReadLineAsync();
        }

        if (request?.Split(' ') is ["CONNECT", var target, ..])
        {
            _targets.Enqueue(target);
        }

        await stream.WriteAsync("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray());
    }
}
