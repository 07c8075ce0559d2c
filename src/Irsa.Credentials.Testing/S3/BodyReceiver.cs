using System.Security.Cryptography;
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
    public async Task<(Blob Blob, KeyValuePair<string, string>? Checksum)> ReceiveAsync(HttpRequest request, SigV4Signature signature, CancellationToken cancellationToken)
    {
        var path = Path.Combine(_folder, Guid.NewGuid().ToString("N"));
        try
        {
            return await ReceiveAsync(path, request, signature, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            File.Delete(path);
            throw;
        }
    }

    private static async Task<(Blob Blob, KeyValuePair<string, string>? Checksum)> ReceiveAsync(
        string path,
        HttpRequest request,
        SigV4Signature signature,
        CancellationToken cancellationToken)
    {
        using var md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        using var sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var checksum = ChecksumOf(request);
        var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 64 * 1024, useAsync: true);
        string? trailing = null;
        await using (file.ConfigureAwait(false))
        {
            async ValueTask Consume(ReadOnlyMemory<byte> piece)
            {
                md5.AppendData(piece.Span);
                sha256.AppendData(piece.Span);
                checksum?.Append(piece.Span);
                await file.WriteAsync(piece, cancellationToken).ConfigureAwait(false);
            }

            if (signature.PayloadHash.StartsWith("STREAMING-", StringComparison.Ordinal))
            {
                var chunked = new AwsChunkedReader(request.Body, signature);
                await chunked.CopyToAsync(Consume, cancellationToken).ConfigureAwait(false);
                trailing = checksum is null ? null : chunked.Trailers.GetValueOrDefault(checksum.Header);
            }
            else
            {
                var buffer = new byte[64 * 1024];
                for (int read; (read = await request.Body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0;)
                {
                    await Consume(buffer.AsMemory(0, read)).ConfigureAwait(false);
                }
            }
        }

        return Judge(path, request, signature, md5.GetHashAndReset(), sha256.GetHashAndReset(), checksum, trailing);
    }

    private static (Blob Blob, KeyValuePair<string, string>? Checksum) Judge(
        string path,
        HttpRequest request,
        SigV4Signature signature,
        byte[] md5,
        byte[] sha256,
        Checksum? checksum,
        string? trailing)
    {
        var length = new FileInfo(path).Length;
        if (request.Headers.TryGetValue("x-amz-decoded-content-length", out var claimedLength) && claimedLength != length.ToString(System.Globalization.CultureInfo.InvariantCulture))
        {
            throw new S3Exception(S3Error.IncompleteBody);
        }

        if (signature.PayloadHash.Length == 64 && !Convert.ToHexString(sha256).Equals(signature.PayloadHash, StringComparison.OrdinalIgnoreCase))
        {
            throw new S3Exception(S3Error.ContentHashMismatch);
        }

        if (request.Headers.ContentMD5 is [{ } claimedMd5] && claimedMd5 != Convert.ToBase64String(md5))
        {
            throw new S3Exception(S3Error.BadDigest);
        }

        var blob = new Blob(path, length, Convert.ToHexString(md5).ToLowerInvariant());
        if (checksum is null)
        {
            return (blob, null);
        }

        var value = checksum.Finish();
        var claimed = trailing ?? request.Headers[checksum.Header].ToString();
        return claimed == value ? (blob, new(checksum.Header, value)) : throw new S3Exception(S3Error.BadDigest);
    }

    private static Checksum? ChecksumOf(HttpRequest request)
    {
        var named = request.Headers.TryGetValue("x-amz-trailer", out var trailer)
            ? trailer.ToString()
            : request.Headers.Keys.FirstOrDefault(static name => name.StartsWith(Checksum.HeaderPrefix, StringComparison.OrdinalIgnoreCase)
                && !name.Equals("x-amz-checksum-type", StringComparison.OrdinalIgnoreCase)
                && !name.Equals("x-amz-checksum-algorithm", StringComparison.OrdinalIgnoreCase));
        return named is null ? null : Checksum.For(named);
    }
}
