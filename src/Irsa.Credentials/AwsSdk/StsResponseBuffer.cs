using Irsa.Credentials.Failures;

namespace Irsa.Credentials.AwsSdk;

/// <summary>
/// Reads every answer of STS completely before the SDK sees it: within the attempt's time limit, and at most <see cref="LongestBody"/>. The
/// SDK reads bodies, above all those of errors, without a time limit and without a size limit. Requests lose user and password of their address.
/// </summary>
internal sealed class StsResponseBuffer : DelegatingHandler
{
    /// <summary>1 MB. An answer of STS has a few KB.</summary>
    public const int LongestBody = 1024 * 1024;

    private const int FirstBuffer = 8 * 1024;

    public StsResponseBuffer(HttpMessageHandler inner)
        : base(inner)
    {
    }

    /// <exception cref="HttpRequestException">
    /// An answer of success is longer (<see cref="HttpRequestError.ConfigurationLimitExceeded"/>). A longer refusal is cut: its status says enough.
    /// </exception>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        // Nobody signs in with it, and diagnostic listeners are given the request with its address.
        request.RequestUri = request.RequestUri is { } address ? RedactedUri.WithoutUser(address) : null;
        var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        try
        {
            response.Content = await BufferAsync(response, cancellationToken).ConfigureAwait(false);
            return response;
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    private static async Task<HttpContent> BufferAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        using var original = response.Content;
        var body = new byte[Math.Clamp(original.Headers.ContentLength ?? FirstBuffer, 1, FirstBuffer)];
        var length = 0;
        var stream = await original.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            while (true)
            {
                var read = await stream.ReadAsync(body.AsMemory(length), cancellationToken).ConfigureAwait(false);
                length += read;
                if (read == 0 || (length > LongestBody && !response.IsSuccessStatusCode))
                {
                    break;
                }

                if (length > LongestBody)
                {
                    throw new HttpRequestException(HttpRequestError.ConfigurationLimitExceeded, "The answer is longer than 1 MB.");
                }

                if (length == body.Length)
                {
                    Array.Resize(ref body, Math.Min(2 * body.Length, LongestBody + 1));
                }
            }
        }

        var buffered = new ByteArrayContent(body, 0, Math.Min(length, LongestBody));
        foreach (var (name, values) in original.Headers.NonValidated)
        {
            if (!string.Equals(name, "Content-Length", StringComparison.OrdinalIgnoreCase))
            {
                buffered.Headers.TryAddWithoutValidation(name, values);
            }
        }

        return buffered;
    }
}
