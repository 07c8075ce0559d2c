using System.Net;
using System.Net.Sockets;
using Irsa.Credentials.Failures;

namespace Irsa.Credentials.AwsSdk;

/// <summary>
/// Opens connections to STS or its proxy. A name may have addresses of both families of which one leads nowhere, and the system gives that up
/// only after minutes. So the next address is tried as soon as one has not answered for a moment, the families in turn (as in RFC 8305).
/// </summary>
internal sealed class StsConnection
{
    /// <summary>The delay that RFC 8305 recommends.</summary>
    internal static readonly TimeSpan Stagger = TimeSpan.FromMilliseconds(250);

    private readonly Func<string, CancellationToken, Task<IPAddress[]>> _resolveAsync;
    private readonly Func<IPEndPoint, CancellationToken, Task<Stream>> _connectAsync;
    private readonly TimeProvider _time;
    private int _resolving;

    public StsConnection()
        : this(Dns.GetHostAddressesAsync, ConnectAsync, TimeProvider.System)
    {
    }

    internal StsConnection(Func<string, CancellationToken, Task<IPAddress[]>> resolveAsync, Func<IPEndPoint, CancellationToken, Task<Stream>> connectAsync, TimeProvider time)
    {
        _resolveAsync = resolveAsync;
        _connectAsync = connectAsync;
        _time = time;
    }

    /// <summary>Gets a value indicating whether the DNS has not answered yet.</summary>
    public bool IsResolving => Volatile.Read(ref _resolving) > 0;

    /// <summary>For <see cref="SocketsHttpHandler.ConnectCallback"/>.</summary>
    public ValueTask<Stream> OpenAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken) =>
        new(OpenAsync(context.DnsEndPoint.Host, context.DnsEndPoint.Port, cancellationToken));

    /// <exception cref="SocketException">The name does not resolve, or no address answers: the error of the one that failed first.</exception>
    internal async Task<Stream> OpenAsync(string host, int port, CancellationToken cancellationToken)
    {
        var addresses = InTurn(await ResolveAsync(host, cancellationToken).ConfigureAwait(false));
        using var others = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        List<Task<Stream>> pending = [];
        var next = 0;
        Exception? failed = null;
        try
        {
            while (next < addresses.Length || pending.Count > 0)
            {
                if (next < addresses.Length)
                {
                    pending.Add(_connectAsync(new IPEndPoint(addresses[next++], port), others.Token));
                }

                var any = Task.WhenAny(pending);
                if (next < addresses.Length && !await EndsSoonAsync(any, cancellationToken).ConfigureAwait(false))
                {
                    continue;
                }

                var ended = await any.ConfigureAwait(false);
                pending.Remove(ended);
                if (ended.IsCompletedSuccessfully)
                {
                    return await ended.ConfigureAwait(false);
                }

                failed ??= ended.Exception?.InnerException;
            }

            cancellationToken.ThrowIfCancellationRequested();
            throw failed is SocketException { SocketErrorCode: var error } ? new SocketException((int)AddressFamilies.Explain(error, addresses)) : failed!;
        }
        finally
        {
            await others.CancelAsync().ConfigureAwait(false);
            foreach (var late in pending)
            {
                _ = late.ContinueWith(Discard, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            }
        }
    }

    /// <summary>The first address first, then one of the other family, and so on.</summary>
    private static IPAddress[] InTurn(IPAddress[] addresses)
    {
        var first = Array.FindAll(addresses, address => address.AddressFamily == addresses[0].AddressFamily);
        var others = Array.FindAll(addresses, address => address.AddressFamily != addresses[0].AddressFamily);
        List<IPAddress> turns = [];
        for (var turn = 0; turns.Count < addresses.Length; turn++)
        {
            if (turn < first.Length)
            {
                turns.Add(first[turn]);
            }

            if (turn < others.Length)
            {
                turns.Add(others[turn]);
            }
        }

        return [.. turns];
    }

    private static void Discard(Task<Stream> late)
    {
        if (late.IsCompletedSuccessfully)
        {
            late.Result.Dispose();
        }
        else
        {
            // Seen, so that it does not end as an unobserved exception.
            _ = late.Exception;
        }
    }

    private static async Task<Stream> ConnectAsync(IPEndPoint address, CancellationToken cancellationToken)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(address, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task<bool> EndsSoonAsync(Task attempt, CancellationToken cancellationToken)
    {
        try
        {
            await attempt.WaitAsync(Stagger, _time, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private async Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _resolving);
        try
        {
            return await _resolveAsync(host, cancellationToken).ConfigureAwait(false) is { Length: > 0 } addresses
                ? addresses
                : throw new SocketException((int)SocketError.NoData);
        }
        finally
        {
            Interlocked.Decrement(ref _resolving);
        }
    }
}
