using System.Collections.Concurrent;

namespace Irsa.Credentials.SampleTests;

/// <summary>A proxy that refuses every tunnel and remembers its target, so that no test reaches a real host.</summary>
internal sealed class RefusingProxy : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _targets = [];
    private readonly StubServer _server;

    public RefusingProxy() => _server = StubServer.Answering(Refuse);

    public string Address => $"http://127.0.0.1:{_server.Port}";

    /// <summary>Gets the targets of the tunnels asked for, such as <c>host:443</c>, in order.</summary>
    public IReadOnlyList<string> Targets => [.. _targets];

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private string Refuse(string request)
    {
        if (request.Split(' ', 3) is ["CONNECT", var target, _])
        {
            _targets.Enqueue(target);
        }

        return StubServer.Http("403 Forbidden", "text/plain", string.Empty);
    }
}
