namespace Irsa.Credentials.Sts;

/// <summary>
/// Sends a blocking call's request on the calling thread, answer and all, so that the SDK's asynchronous operation is complete when it
/// returns: a thousand synchronous callers may hold every thread of the pool and still get their credentials.
/// </summary>
internal sealed class BlockingCallHandler : DelegatingHandler
{
    /// <summary>An STS answer has a few kilobytes; what is longer is not one, and its beginning is enough to say so.</summary>
    private const int LongestAnswer = 1 << 20;

    public BlockingCallHandler(HttpMessageHandler inner)
        : base(inner)
    {
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (!BlockingCall.IsCurrent)
        {
            return base.SendAsync(request, cancellationToken);
        }

        try
        {
            var response = base.Send(request, cancellationToken);
            response.Content = Buffered(response.Content, cancellationToken);
            return Task.FromResult(response);
        }
        catch (Exception exception)
        {
            return Task.FromException<HttpResponseMessage>(exception);
        }
    }

    private static ByteArrayContent Buffered(HttpContent content, CancellationToken cancellationToken)
    {
        using var body = content.ReadAsStream(cancellationToken);
        using var buffer = new MemoryStream();
        var chunk = new byte[8192];
        for (int read; buffer.Length < LongestAnswer && (read = body.Read(chunk, 0, chunk.Length)) > 0;)
        {
            buffer.Write(chunk, 0, read);
        }

        var buffered = new ByteArrayContent(buffer.ToArray());
        foreach (var (name, values) in content.Headers)
        {
            buffered.Headers.TryAddWithoutValidation(name, values);
        }

        content.Dispose();
        return buffered;
    }
}
