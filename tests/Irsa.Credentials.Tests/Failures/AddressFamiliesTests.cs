using System.Net;
using System.Net.Sockets;
using Irsa.Credentials.Failures;

namespace Irsa.Credentials.Tests.Failures;

public sealed class AddressFamiliesTests
{
    private const AddressFamily Four = AddressFamily.InterNetwork;
    private const AddressFamily Six = AddressFamily.InterNetworkV6;

    [Theory]
    [InlineData(SocketError.NetworkUnreachable, new[] { "192.0.2.1" }, new[] { Six }, SocketError.AddressFamilyNotSupported)]
    [InlineData(SocketError.HostUnreachable, new[] { "192.0.2.1", "192.0.2.2" }, new[] { Six }, SocketError.AddressFamilyNotSupported)]
    [InlineData(SocketError.NetworkUnreachable, new[] { "192.0.2.1", "2001:db8::1" }, new[] { Six }, SocketError.NetworkUnreachable)]
    [InlineData(SocketError.NetworkUnreachable, new[] { "2001:db8::1" }, new[] { Six }, SocketError.NetworkUnreachable)]
    [InlineData(SocketError.NetworkUnreachable, new[] { "192.0.2.1" }, new[] { Six, Four }, SocketError.NetworkUnreachable)]
    [InlineData(SocketError.NetworkUnreachable, new[] { "192.0.2.1" }, new AddressFamily[0], SocketError.NetworkUnreachable)]
    [InlineData(SocketError.ConnectionRefused, new[] { "192.0.2.1" }, new[] { Six }, SocketError.ConnectionRefused)]
    public void The_family_is_named_only_where_it_is_the_cause(SocketError error, string[] addresses, AddressFamily[] own, SocketError expected) =>
        Assert.Equal(expected, AddressFamilies.Explain(error, [.. addresses.Select(IPAddress.Parse)], () => own.ToHashSet()));
}
