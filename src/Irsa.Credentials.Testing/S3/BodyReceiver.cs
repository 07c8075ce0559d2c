using System.Globalization;
using System.Security.Cryptography;
using System.Xml;
using System.Xml.Linq;
using Microsoft.AspNetCore.Http;

namespace Irsa.Credentials.Testing;

/// <summary>
/// Writes the body of a request to a new file and verifies every hash, length and checksum of the request. If one is wrong nothing is
/// stored, so a failed upload does not change the object.
/// </summary>
internal sealed class BodyReceiver
{
    // S3 accepts no document type declaration. Its largest document names 10,000 parts with their checksums.
    private static readonly XmlReaderSettings XmlSettings = new() { Async = true, DtdProcessing = DtdProcessing.Prohibit, MaxCharactersInDocument = 8 * 1024 * 1024 };

    private readonly string _folder;

    public BodyReceiver(string folder) => _folder = folder;

    /// <returns>The stored bytes, and the checksum header to store with them; null without one.</returns>
    /// <exception cref="S3Exception">A hash, checksum or chunk signature is wrong, or the body is incomplete.</exception>
    public Task<(Blob Blob, KeyValuePair<string, string>? Checksum)> ReceiveAsync(HttpRequest request, SigV4Signature signature, CancellationToken cancellationToken) =>
        ReceiveAsync(request, signature, Checksum.AnnouncedIn(request.Headers), cancellationToken);

    /// <param name="request">The request.</param>
    /// <param name="signature">The signature of the request.</param>
    /// <param name="checksum">The checksum of the document; null if a checksum header describes the object instead.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="S3Exception">A hash or checksum is wrong, or the body is not valid XML.</exception>
    public async Task<XElement> ReceiveXmlAsync(HttpRequest request, SigV4Signature signature, Checksum? checksum, CancellationToken cancellationToken)
    {
        var (blob, _) = await ReceiveAsync(request, signature, checksum, cancellationToken).ConfigureAwait(false);
        try
        {
            var file = blob.Open();
            await using (file.ConfigureAwait(false))
            {
                using var reader = XmlReader.Create(file, XmlSettings);
                return (await XDocument.LoadAsync(reader, LoadOptions.PreserveWhitespace, cancellationToken).ConfigureAwait(false)).Root!;
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
            VerifyBody(request, signature, blob, sha256?.GetHashAndReset());
            var kept = checksum is null ? default(KeyValuePair<string, string>?) : VerifyChecksum(request, checksum, trailers);
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

    private static void VerifyBody(HttpRequest request, SigV4Signature signature, Blob blob, byte[]? sha256)
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

    private static KeyValuePair<string, string> VerifyChecksum(HttpRequest request, Checksum checksum, IReadOnlyDictionary<string, string>? trailers)
    {
        var value = checksum.Finish();
        var claimed = trailers?.GetValueOrDefault(checksum.Header) ?? request.Headers[checksum.Header].ToString();
        return claimed == value ? new(checksum.Header, value) : throw new S3Exception(S3Error.BadDigest);
    }
}
