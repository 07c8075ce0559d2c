using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Irsa.Credentials.IntegrationTests;

/// <summary>An STS on a thread of its own that needs no thread of the pool, for tests that block all of those.</summary>
internal sealed class ThreadedSts : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private int _calls;

    public ThreadedSts()
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
                var expiration = TimeProvider.System.GetUtcNow().AddHours(1).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
                var body = $"""
                    <AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleWithWebIdentityResult>
                    <Credentials><AccessKeyId>ASIA{number:0000000000000000}</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>session</SessionToken><Expiration>{expiration}</Expiration></Credentials>
                    <AssumedRoleUser><Arn>arn:aws:sts::111122223333:assumed-role/local-app/app-0</Arn><AssumedRoleId>AROA:app-0</AssumedRoleId></AssumedRoleUser>
                    </AssumeRoleWithWebIdentityResult><ResponseMetadata><RequestId>request-{number}</RequestId></ResponseMetadata></AssumeRoleWithWebIdentityResponse>
                    """;
                stream.Write(Encoding.UTF8.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\nConnection: close\r\n\r\n{body}"));
            }
        }
        catch (SocketException)
        {
            // Disposed.
        }
    }
}
