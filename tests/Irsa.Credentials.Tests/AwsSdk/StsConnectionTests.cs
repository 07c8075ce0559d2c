using System.Net;
using System.Net.Sockets;
using Irsa.Credentials.AwsSdk;
using Microsoft.Extensions.Time.Testing;

namespace Irsa.Credentials.Tests.AwsSdk;

public sealed class StsConnectionTests
{
    private static readonly IPAddress SixA = IPAddress.Parse("2001:db8::1");
    private static readonly IPAddress SixB = IPAddress.Parse("2001:db8::2");
    private static readonly IPAddress FourA = IPAddress.Parse("192.0.2.1");
    private static readonly IPAddress FourB = IPAddress.Parse("192.0.2.2");

    private readonly FakeTimeProvider _time = new();
    private readonly Dictionary<IPAddress, TaskCompletionSource<Stream>> _attempts = [];
    private readonly List<IPAddress> _tried = [];
    private readonly List<IPAddress> _cancelled = [];
    private TaskCompletionSource<IPAddress[]>? _resolving;
    private bool _ignoresCancellation;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_silent_address_costs_a_moment_before_the_next_is_tried()
    {
        var opening = Connection(SixA, FourA).OpenAsync("sts.example", 443, Cancel);
        Assert.Equal([SixA], _tried);

        _time.Advance(StsConnection.Stagger);
        await TriedAsync(2);
        var stream = Answer(FourA);

        Assert.Same(stream, await opening);
        Assert.Equal([SixA], _cancelled);
    }

    [Fact]
    public async Task An_address_that_refuses_is_followed_by_the_next_at_once()
    {
        var opening = Connection(SixA, FourA).OpenAsync("sts.example", 443, Cancel);
        Refuse(SixA, SocketError.ConnectionRefused);
        await TriedAsync(2);
        var stream = Answer(FourA);

        Assert.Same(stream, await opening);
    }

    [Fact]
    public async Task The_families_are_tried_in_turn()
    {
        var opening = Connection(SixA, SixB, FourA, FourB).OpenAsync("sts.example", 443, Cancel);
        var count = 0;
        foreach (var address in new[] { SixA, FourA, SixB, FourB })
        {
            await TriedAsync(++count);
            Refuse(address, SocketError.ConnectionRefused);
        }

        await Assert.ThrowsAsync<SocketException>(() => opening);
        Assert.Equal([SixA, FourA, SixB, FourB], _tried);
    }

    [Fact]
    public async Task A_connection_that_comes_too_late_is_closed()
    {
        _ignoresCancellation = true;
        var opening = Connection(SixA, FourA).OpenAsync("sts.example", 443, Cancel);
        _time.Advance(StsConnection.Stagger);
        await TriedAsync(2);
        Answer(FourA);
        await opening;
        var late = new WatchedStream();

        _attempts[SixA].SetResult(late);

        await late.Closed.Task.WaitAsync(Cancel);
    }

    [Fact]
    public async Task The_error_is_that_of_the_first_failure()
    {
        var opening = Connection(FourA, SixA).OpenAsync("sts.example", 443, Cancel);
        Refuse(FourA, SocketError.ConnectionRefused);
        await TriedAsync(2);
        Refuse(SixA, SocketError.NetworkUnreachable);

        var failed = await Assert.ThrowsAsync<SocketException>(() => opening);
        Assert.Equal(SocketError.ConnectionRefused, failed.SocketErrorCode);
    }

    [Fact]
    public async Task Cancellation_ends_it_while_all_addresses_are_silent()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var opening = Connection(SixA, FourA).OpenAsync("sts.example", 443, limit.Token);
        _time.Advance(StsConnection.Stagger);
        await TriedAsync(2);

        await limit.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => opening);
    }

    [Fact]
    public async Task It_says_that_the_DNS_has_not_answered_yet()
    {
        var connection = Connection();
        _resolving = new TaskCompletionSource<IPAddress[]>();
        var opening = connection.OpenAsync("sts.example", 443, Cancel);
        Assert.True(connection.IsResolving);

        _resolving.SetResult([FourA]);
        await TriedAsync(1);

        Assert.False(connection.IsResolving);
        Answer(FourA);
        await opening;
    }

    [Fact]
    public async Task A_name_without_an_address_does_not_resolve()
    {
        var failed = await Assert.ThrowsAsync<SocketException>(() => Connection().OpenAsync("sts.example", 443, Cancel));

        Assert.Equal(SocketError.NoData, failed.SocketErrorCode);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public async Task A_real_connection_opens_to_an_address_without_a_name(string address)
    {
        using var server = new TcpListener(IPAddress.Parse(address), 0);
        try
        {
            server.Start();
        }
        catch (SocketException unsupported) when (address == "::1")
        {
            Assert.Skip($"this machine has no IPv6 ({unsupported.SocketErrorCode})");
        }

        await using var stream = await new StsConnection().OpenAsync(address, ((IPEndPoint)server.LocalEndpoint).Port, Cancel);
        using var accepted = await server.AcceptTcpClientAsync(Cancel);

        Assert.True(accepted.Connected);
    }

    private StsConnection Connection(params IPAddress[] addresses) => new(
        (_, _) => _resolving?.Task ?? Task.FromResult(addresses),
        (endpoint, cancellationToken) =>
        {
            var attempt = _attempts[endpoint.Address] = new TaskCompletionSource<Stream>();
            _tried.Add(endpoint.Address);
            cancellationToken.Register(() =>
            {
                if (!attempt.Task.IsCompleted)
                {
                    _cancelled.Add(endpoint.Address);
                }

                if (!_ignoresCancellation)
                {
                    attempt.TrySetCanceled(cancellationToken);
                }
            });
            return attempt.Task;
        },
        _time);

    private async Task TriedAsync(int count)
    {
        await Eventually.IsTrueAsync(() => _tried.Count >= count, Cancel);
    }

    private MemoryStream Answer(IPAddress address)
    {
        var stream = new MemoryStream();
        _attempts[address].SetResult(stream);
        return stream;
    }

    private void Refuse(IPAddress address, SocketError error) => _attempts[address].SetException(new SocketException((int)error));

    private sealed class WatchedStream : MemoryStream
    {
        public TaskCompletionSource Closed { get; } = new();

        protected override void Dispose(bool disposing)
        {
            Closed.TrySetResult();
            base.Dispose(disposing);
        }
    }
}
