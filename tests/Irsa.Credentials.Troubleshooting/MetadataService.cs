using System.Net;
using System.Net.Sockets;

namespace Irsa.Credentials.Troubleshooting;

/// <summary>An instance metadata service that hands a session token to whoever asks, as one with a hop limit of 2 does.</summary>
internal sealed class MetadataService : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public MetadataService()
    {
        _listener.Start();
        _ = ServeAsync();
    }

    public Uri Address => new($"http://{_listener.LocalEndpoint}/");

    public void Dispose() => _listener.Dispose();

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync();
                var stream = client.GetStream();
                _ = await stream.ReadAsync(new byte[4096]);
                await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\ntoken"u8.ToArray());
            }
        }
        catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException)
        {
            // The listener was disposed.
        }
    }
}
