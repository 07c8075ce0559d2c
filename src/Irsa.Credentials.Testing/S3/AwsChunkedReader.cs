using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Irsa.Credentials.Testing;

/// <summary>
/// Decodes <c>aws-chunked</c>: verifies the signature of each signed chunk and reads the trailing headers
/// (<see href="https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html"/>).
/// </summary>
internal sealed class AwsChunkedReader
{
    private const int MaxLineLength = 8 * 1024;
    private const int MaxTrailers = 16;
    private const string EmptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    private readonly Stream _source;
    private readonly SigV4Signature _signature;
    private readonly bool _isSigned;
    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _end;
    private string _previous;

    public AwsChunkedReader(Stream source, SigV4Signature signature)
    {
        _source = source;
        _signature = signature;
        _isSigned = signature.PayloadHash.StartsWith("STREAMING-AWS4-HMAC-SHA256", StringComparison.Ordinal);
        _previous = signature.Value;
    }

    public Dictionary<string, string> Trailers { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Passes each piece of the decoded body on.</summary>
    /// <exception cref="S3Exception">The body is incomplete or malformed, or a signature is wrong.</exception>
    public async Task CopyToAsync(Func<ReadOnlyMemory<byte>, ValueTask> consume, CancellationToken cancellationToken)
    {
        while (true)
        {
            var head = (await LineAsync(cancellationToken).ConfigureAwait(false)).Split(';');
            if (!long.TryParse(head[0], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var size) || size < 0)
            {
                throw new S3Exception(S3Error.IncompleteBody);
            }

            using var hash = _isSigned ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : null;
            for (var left = size; left > 0;)
            {
                var piece = await PieceAsync(left, cancellationToken).ConfigureAwait(false);
                hash?.AppendData(piece.Span);
                await consume(piece).ConfigureAwait(false);
                left -= piece.Length;
            }

            if (hash is not null)
            {
                VerifyChunk(head, hash);
            }

            if (size == 0)
            {
                await ReadTrailersAsync(cancellationToken).ConfigureAwait(false);
                return;
            }

            if ((await LineAsync(cancellationToken).ConfigureAwait(false)).Length > 0)
            {
                throw new S3Exception(S3Error.IncompleteBody);
            }
        }
    }

    private static string Hex(byte[] bytes) => Convert.ToHexString(bytes).ToLowerInvariant();

    private void VerifyChunk(string[] head, IncrementalHash hash)
    {
        var toSign = string.Join('\n', "AWS4-HMAC-SHA256-PAYLOAD", _signature.Timestamp, _signature.Scope, _previous, EmptyHash, Hex(hash.GetHashAndReset()));
        Advance(toSign, head.Select(static part => part.Split('=', 2)).FirstOrDefault(static pair => pair is ["chunk-signature", _])?[1]);
    }

    private void Advance(string toSign, string? claimed)
    {
        var expected = Hex(SigV4Verifier.Sign(_signature.SigningKey, toSign));
        if (claimed != expected)
        {
            throw new S3Exception(S3Error.SignatureDoesNotMatch);
        }

        _previous = expected;
    }

    private async Task ReadTrailersAsync(CancellationToken cancellationToken)
    {
        if (!_signature.PayloadHash.EndsWith("-TRAILER", StringComparison.Ordinal))
        {
            return;
        }

        var signed = new StringBuilder();
        while (await LineAsync(cancellationToken).ConfigureAwait(false) is { Length: > 0 } line)
        {
            if (Trailers.Count == MaxTrailers || line.Split(':', 2) is not [var name, var value])
            {
                throw new S3Exception(S3Error.IncompleteBody);
            }

            if (name.Equals("x-amz-trailer-signature", StringComparison.OrdinalIgnoreCase))
            {
                Advance(
                    string.Join('\n', "AWS4-HMAC-SHA256-TRAILER", _signature.Timestamp, _signature.Scope, _previous, Hex(SHA256.HashData(Encoding.UTF8.GetBytes(signed.ToString())))),
                    value.Trim());
                signed.Clear();
                continue;
            }

            Trailers[name.Trim()] = value.Trim();
            signed.Append(name.Trim().ToLowerInvariant()).Append(':').Append(value.Trim()).Append('\n');
        }

        if (_isSigned && signed.Length > 0)
        {
            throw new S3Exception(S3Error.SignatureDoesNotMatch);
        }
    }

    private async ValueTask<ReadOnlyMemory<byte>> PieceAsync(long most, CancellationToken cancellationToken)
    {
        if (_start == _end && !await FillAsync(cancellationToken).ConfigureAwait(false))
        {
            throw new S3Exception(S3Error.IncompleteBody);
        }

        var length = (int)Math.Min(most, _end - _start);
        var piece = _buffer.AsMemory(_start, length);
        _start += length;
        return piece;
    }

    private async ValueTask<string> LineAsync(CancellationToken cancellationToken)
    {
        var line = new StringBuilder();
        while (line.Length < MaxLineLength)
        {
            if (_start == _end && !await FillAsync(cancellationToken).ConfigureAwait(false))
            {
                return line.ToString();
            }

            var c = (char)_buffer[_start++];
            if (c == '\n')
            {
                return line.ToString().TrimEnd('\r');
            }

            line.Append(c);
        }

        throw new S3Exception(S3Error.IncompleteBody);
    }

    private async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        _start = 0;
        _end = await _source.ReadAsync(_buffer, cancellationToken).ConfigureAwait(false);
        return _end > 0;
    }
}
