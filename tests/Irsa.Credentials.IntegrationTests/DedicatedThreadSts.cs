using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Irsa.Credentials.IntegrationTests.Failures;

namespace Irsa.Credentials.IntegrationTests;

/// <summary>An STS on a dedicated thread, for tests that block every thread of the pool.</summary>
internal sealed class DedicatedThreadSts : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private int _calls;

    public DedicatedThreadSts()
    {
        _listener.Start();
        new Thread(Serve) { IsBackground = true, Name = "threaded-sts" }.Start();
    }

    public Uri Endpoint => new($"http://{_listener.LocalEndpoint}/");

    public int Calls => Volatile.Read(ref _calls);

    public void Dispose() => _listener.Dispose();

    private static void ReadRequest(NetworkStream stream)
    {
        var request = new StringBuilder();
        var buffer = new byte[64 * 1024];
        while (true)
        {
            request.Append(Encoding.ASCII.GetString(buffer, 0, stream.Read(buffer, 0, buffer.Length)));
            var text = request.ToString();
            var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (end < 0)
            {
                continue;
            }

            var length = text.Split("\r\n").First(static line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase)).Split(':')[1];
            if (text.Length - end - 4 >= int.Parse(length, CultureInfo.InvariantCulture))
            {
                return;
            }
        }
    }

    private void Serve()
    {
        try
        {
            while (true)
            {
                using var client = _listener.AcceptTcpClient();
                using var stream = client.GetStream();
                ReadRequest(stream);
                var number = Interlocked.Increment(ref _calls);
                stream.Write(Encoding.UTF8.GetBytes(StubServer.Http("200 OK", "text/xml", StsResponses.Success(accessKeyId: $"ASIA{number:0000000000000000}"))));
            }
        }
        catch (SocketException)
        {
            // Disposed.
        }
    }
}
