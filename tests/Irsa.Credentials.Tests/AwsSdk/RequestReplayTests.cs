using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Compression;
using Amazon.Runtime.Internal.Util;
using Irsa.Credentials.AwsSdk;

namespace Irsa.Credentials.Tests.AwsSdk;

public sealed class RequestReplayTests : IDisposable
{
    private readonly MemoryStream _body = new("skipped and sent"u8.ToArray()) { Position = 8 };
    private readonly RequestContext _request = new(enableMetric: false) { Request = new DefaultRequest(new NoRequest(), "service"), IsSigned = true };

    public void Dispose() => _body.Dispose();

    [Fact]
    public async Task A_compressed_body_is_compressed_from_its_beginning_again()
    {
        _request.Request.ContentStream = new CompressionWrapperStream(_body, new GZipCompression());
        var first = await ReadAsync();

        RequestReplay.Rewind(_request);

        Assert.NotEmpty(first);
        Assert.Equal(first, await ReadAsync());
        Assert.False(_request.IsSigned);
    }

    [Fact]
    public async Task A_hashed_body_is_hashed_from_its_beginning_again()
    {
        var hashed = new MD5Stream(_body, null, 8);
        _request.Request.ContentStream = hashed;
        var sent = await ReadAsync();
        var hash = hashed.CalculatedHash;

        RequestReplay.Rewind(_request);

        Assert.Null(hashed.CalculatedHash);
        Assert.Equal(sent, await ReadAsync());
        Assert.Equal(hash, hashed.CalculatedHash);
    }

    private async Task<byte[]> ReadAsync()
    {
        using var read = new MemoryStream();
        await _request.Request.ContentStream.CopyToAsync(read, TestContext.Current.CancellationToken);
        return read.ToArray();
    }

    private sealed class NoRequest : AmazonWebServiceRequest;
}
