using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Irsa.Credentials.TestSupport;

/// <summary>A TCP listener on loopback that runs a test's own code for each connection, for behaviour that no web server has.</summary>
internal sealed class StubServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ended = new();
    private readonly Task _accepting;
    private readonly X509Certificate2? _certificate;
    private int _connections;

    /// <param name="serve">Serves one connection.</param>
    /// <param name="certificateFor">The host name in an untrusted certificate; null for plain TCP.</param>
    public StubServer(Func<Stream, CancellationToken, Task> serve, string? certificateFor = null)
    {
        _certificate = certificateFor is null ? null : SelfSigned(certificateFor);
        _listener.Start();
        _accepting = AcceptAsync(serve);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Answers each request with what <paramref name="answer"/> makes of its text.</summary>
    public static StubServer Answering(Func<string, string> answer) => new(async (stream, ended) =>
        await stream.WriteAsync(Encoding.UTF8.GetBytes(answer(await ReadRequestAsync(stream, ended))), ended));

    public static string Http(string status, string contentType, string body) =>
        $"HTTP/1.1 {status}\r\nContent-Type: {contentType}\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\nConnection: close\r\n\r\n{body}";

    public static async Task<string> ReadRequestAsync(Stream stream, CancellationToken ended)
    {
        var text = new StringBuilder();
        var buffer = new byte[64 * 1024];
        while (true)
        {
            var read = await stream.ReadAsync(buffer, ended);
            text.Append(Encoding.UTF8.GetString(buffer, 0, read));
            var request = text.ToString();
            var end = request.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (read == 0 || (end >= 0 && request.Length - end - 4 >= LengthOf(request[..end])))
            {
                return request;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        _listener.Dispose();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _certificate?.Dispose();
        _ended.Dispose();
    }

    private static int LengthOf(string head)
    {
        var line = head.Split("\r\n").FirstOrDefault(static one => one.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase));
        return line is null ? 0 : int.Parse(line.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture);
    }

    private static X509Certificate2 SelfSigned(string name)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        if (IPAddress.TryParse(name, out var address))
        {
            names.AddIpAddress(address);
        }
        else
        {
            names.AddDnsName(name);
        }

        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }

    private async Task AcceptAsync(Func<Stream, CancellationToken, Task> serve)
    {
        while (true)
        {
            var client = await _listener.AcceptTcpClientAsync(_ended.Token);
            Interlocked.Increment(ref _connections);
            _ = ServeAsync(client, serve);
        }
    }

    private async Task ServeAsync(TcpClient client, Func<Stream, CancellationToken, Task> serve)
    {
        using (client)
        {
            try
            {
                Stream stream = client.GetStream();
                if (_certificate is not null)
                {
                    var tls = new SslStream(stream);
                    await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate }, _ended.Token);
                    stream = tls;
                }

                await serve(stream, _ended.Token);
            }
            catch (Exception ended) when (ended is IOException or OperationCanceledException or System.Security.Authentication.AuthenticationException)
            {
                // The client disconnected, or the server was disposed.
            }
        }
    }
}
