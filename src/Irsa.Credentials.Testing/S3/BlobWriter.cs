using System.Security.Cryptography;

namespace Irsa.Credentials.Testing;

/// <summary>Writes bytes to a new file. Disposal deletes the file unless <see cref="Keep"/> was called.</summary>
internal sealed class BlobWriter : IAsyncDisposable
{
    private readonly string _path;
    private readonly FileStream _file;
    private readonly IncrementalHash _md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
    private long _length;
    private bool _isKept;

    public BlobWriter(string folder)
    {
        _path = Path.Combine(folder, Guid.NewGuid().ToString("N"));
        _file = new FileStream(_path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 64 * 1024, useAsync: true);
    }

    public async ValueTask AppendAsync(ReadOnlyMemory<byte> piece, CancellationToken cancellationToken)
    {
        _md5.AppendData(piece.Span);
        _length += piece.Length;
        await _file.WriteAsync(piece, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Appends bytes of a stream, to a checksum as well if there is one.</summary>
    /// <exception cref="S3Exception">The stream ends too early.</exception>
    public async Task AppendAsync(Stream source, long length, Checksum? checksum, CancellationToken cancellationToken)
    {
        var buffer = new byte[64 * 1024];
        for (var left = length; left > 0;)
        {
            var read = await source.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, left)), cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                throw new S3Exception(S3Error.IncompleteBody);
            }

            checksum?.Append(buffer.AsSpan(0, read));
            await AppendAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
            left -= read;
        }
    }

    /// <summary>Closes the file and returns its length and MD5.</summary>
    public async Task<Blob> CloseAsync()
    {
        await _file.DisposeAsync().ConfigureAwait(false);
        return new Blob(_path, _length, Convert.ToHexString(_md5.GetHashAndReset()).ToLowerInvariant());
    }

    public void Keep() => _isKept = true;

    public async ValueTask DisposeAsync()
    {
        await _file.DisposeAsync().ConfigureAwait(false);
        _md5.Dispose();
        if (!_isKept)
        {
            File.Delete(_path);
        }
    }
}
