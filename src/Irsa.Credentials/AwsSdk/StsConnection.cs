using System.Net;
using System.Net.Sockets;

namespace Irsa.Credentials.AwsSdk;

/// <summary>
/// Opens connections to STS or its proxy. A name may have addresses of both families of which one leads nowhere, and the system gives that up
/// only after minutes. So the next address is tried as soon as one has not answered for a moment, the families in turn (as in RFC 8305).
/// </summary>
internal sealed class StsConnection
{
    private static readonly TimeSpan Stagger = TimeSpan.FromMilliseconds(250);

    private int _resolving;

    /// <summary>Gets a value indicating whether the DNS has not answered yet.</summary>
    public bool IsResolving => Volatile.Read(ref _resolving) > 0;

    public async ValueTask<Stream> OpenAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var addresses = await ResolveAsync(context.DnsEndPoint.Host, cancellationToken).ConfigureAwait(false);
        return new NetworkStream(await ConnectAsync(InTurn(addresses), context.DnsEndPoint.Port, cancellationToken).ConfigureAwait(false), ownsSocket: true);
    }

    /// <summary>The first address first, then one of the other family, and so on.</summary>
    internal static IReadOnlyList<IPAddress> InTurn(IReadOnlyList<IPAddress> addresses)
    {
        var first = addresses.Where(address => address.AddressFamily == addresses[0].AddressFamily).Select((address, index) => (address, order: 2 * index));
        var others = addresses.Where(address => address.AddressFamily != addresses[0].AddressFamily).Select((address, index) => (address, order: (2 * index) + 1));
        return [.. first.Concat(others).OrderBy(static entry => entry.order).Select(static entry => entry.address)];
    }

    private static async Task<Socket> ConnectAsync(IReadOnlyList<IPAddress> addresses, int port, CancellationToken cancellationToken)
    {
        using var others = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        List<Task<Socket>> pending = [];
        var next = 0;
        Exception? failed = null;
        try
        {
            while (next < addresses.Count || pending.Count > 0)
            {
                if (next < addresses.Count)
                {
                    pending.Add(ConnectAsync(addresses[next++], port, others.Token));
                }

                var any = Task.WhenAny(pending);
                if (next < addresses.Count)
                {
                    await Task.WhenAny(any, Task.Delay(Stagger, TimeProvider.System, others.Token)).ConfigureAwait(false);
                    cancellationToken.ThrowIfCancellationRequested();
                    if (!any.IsCompleted)
                    {
                        continue;
                    }
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
            throw failed ?? new SocketException((int)SocketError.HostNotFound);
        }
        finally
        {
            await others.CancelAsync().ConfigureAwait(false);
            foreach (var late in pending)
            {
                _ = late.ContinueWith(static task => Discard(task), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            }
        }
    }

    private static void Discard(Task<Socket> task)
    {
        if (task.IsCompletedSuccessfully)
        {
            task.Result.Dispose();
        }
        else
        {
            // Seen, so that it does not end as an unobserved exception.
            _ = task.Exception;
        }
    }

    private static async Task<Socket> ConnectAsync(IPAddress address, int port, CancellationToken cancellationToken)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(new IPEndPoint(address, port), cancellationToken).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _resolving);
        try
        {
            return await Dns.GetHostAddressesAsync(host, cancellationToken).ConfigureAwait(false) is { Length: > 0 } addresses
                ? addresses
                : throw new SocketException((int)SocketError.NoData);
        }
        finally
        {
            Interlocked.Decrement(ref _resolving);
        }
    }
}
