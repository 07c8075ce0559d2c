using System.Globalization;
using System.Security.Cryptography;
using System.Xml;
using System.Xml.Linq;
using Microsoft.AspNetCore.Http;

namespace Irsa.Credentials.Testing;

/// <summary>
/// Streams a request's body into a new file and checks everything that the request claims of it. Nothing is stored unless all of it is
/// true, so a broken upload leaves the old object as it was.
/// </summary>
internal sealed class BodyReceiver
{
    private readonly string _folder;

    public BodyReceiver(string folder) => _folder = folder;

    /// <returns>The stored bytes, and the checksum header to keep with them, if any.</returns>
    /// <exception cref="S3Exception">A hash, checksum or chunk signature is wrong, or the body is cut.</exception>
    public Task<(Blob Blob, KeyValuePair<string, string>? Checksum)> ReceiveAsync(HttpRequest request, SigV4Signature signature, CancellationToken cancellationToken) =>
        ReceiveAsync(request, signature, Checksum.AnnouncedIn(request.Headers), cancellationToken);

    /// <param name="request">The request.</param>
    /// <param name="signature">Its signature.</param>
    /// <param name="checksum">What a checksum header is about: the document, or null where it describes the object instead.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="S3Exception">As for other bodies, or it is no XML.</exception>
    public async Task<XElement> ReceiveXmlAsync(HttpRequest request, SigV4Signature signature, Checksum? checksum, CancellationToken cancellationToken)
    {
        var (blob, _) = await ReceiveAsync(request, signature, checksum, cancellationToken).ConfigureAwait(false);
        try
        {
            var file = blob.Open();
            await using (file.ConfigureAwait(false))
            {
                return (await XDocument.LoadAsync(file, LoadOptions.PreserveWhitespace, cancellationToken).ConfigureAwait(false)).Root!;
            }
        }
        catch (XmlException)
        {
            throw new S3Exception(S3Error.MalformedXml);
        }
        finally
        {
            File.Delete(blob.Path);
        }
    }

    private async Task<(Blob Blob, KeyValuePair<string, string>? Checksum)> ReceiveAsync(
        HttpRequest request,
        SigV4Signature signature,
        Checksum? announced,
        CancellationToken cancellationToken)
    {
        using var checksum = announced;
        using var sha256 = signature.PayloadHash.Length == 64 ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : null;
        var writer = new BlobWriter(_folder);
        await using (writer.ConfigureAwait(false))
        {
            ValueTask Consume(ReadOnlyMemory<byte> piece)
            {
                sha256?.AppendData(piece.Span);
                checksum?.Append(piece.Span);
                return writer.AppendAsync(piece, cancellationToken);
            }

            var trailers = await ReadAsync(request, signature, Consume, cancellationToken).ConfigureAwait(false);
            var blob = await writer.CloseAsync().ConfigureAwait(false);
            Judge(request, signature, blob, sha256?.GetHashAndReset());
            var kept = checksum is null ? default(KeyValuePair<string, string>?) : Judge(request, checksum, trailers);
            writer.Keep();
            return (blob, kept);
        }
    }

    private static async Task<IReadOnlyDictionary<string, string>?> ReadAsync(
        HttpRequest request,
        SigV4Signature signature,
        Func<ReadOnlyMemory<byte>, ValueTask> consume,
        CancellationToken cancellationToken)
    {
        if (signature.PayloadHash.StartsWith("STREAMING-", StringComparison.Ordinal))
        {
            var chunked = new AwsChunkedReader(request.Body, signature);
            await chunked.CopyToAsync(consume, cancellationToken).ConfigureAwait(false);
            return chunked.Trailers;
        }

        var buffer = new byte[64 * 1024];
        for (int read; (read = await request.Body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0;)
        {
            await consume(buffer.AsMemory(0, read)).ConfigureAwait(false);
        }

        return null;
    }

    private static void Judge(HttpRequest request, SigV4Signature signature, Blob blob, byte[]? sha256)
    {
        if (request.Headers.TryGetValue("x-amz-decoded-content-length", out var length) && length != blob.Length.ToString(CultureInfo.InvariantCulture))
        {
            throw new S3Exception(S3Error.IncompleteBody);
        }

        if (sha256 is not null && !Convert.ToHexString(sha256).Equals(signature.PayloadHash, StringComparison.OrdinalIgnoreCase))
        {
            throw new S3Exception(S3Error.ContentHashMismatch);
        }

        if (request.Headers.ContentMD5 is [{ } md5] && md5 != Convert.ToBase64String(Convert.FromHexString(blob.Md5)))
        {
            throw new S3Exception(S3Error.BadDigest);
        }
    }

    private static KeyValuePair<string, string> Judge(HttpRequest request, Checksum checksum, IReadOnlyDictionary<string, string>? trailers)
    {
        var value = checksum.Finish();
        var claimed = trailers?.GetValueOrDefault(checksum.Header) ?? request.Headers[checksum.Header].ToString();
        return claimed == value ? new(checksum.Header, value) : throw new S3Exception(S3Error.BadDigest);
    }
}
