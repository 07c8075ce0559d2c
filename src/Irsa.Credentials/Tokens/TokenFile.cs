using System.Text;
using Irsa.Credentials.Failures;

namespace Irsa.Credentials.Tokens;

/// <summary>
/// The projected token file. Read by its public path each time, because the kubelet replaces it by swapping a directory link
/// (<c>token</c> is a link into <c>..data</c>) and deletes the old directory at once.
/// </summary>
internal sealed class TokenFile : ITokenSource
{
    /// <summary>STS's limit for a token (https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html).</summary>
    public const int LongestToken = 20_000;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static readonly TimeSpan PollingInterval = TimeSpan.FromMilliseconds(500);

    private readonly string _path;
    private readonly TimeProvider _time;

    public TokenFile(string path, TimeProvider time)
    {
        _path = path;
        _time = time;
    }

    public async ValueTask<WebIdentityToken> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            return Parse(await ReadBytesAsync(cancellationToken).ConfigureAwait(false));
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw TokenFileFailures.Unreadable(_path, unreadable).ToException();
        }
    }

    public TokenStamp Stamp()
    {
        try
        {
            // A swap brings a new file under the same name: the target is no further resolved than to ..data/token, but the time changes.
            var file = new FileInfo(_path);
            var target = file.ResolveLinkTarget(returnFinalTarget: true) ?? file;
            return new TokenStamp(target.FullName, target.Exists ? ((FileInfo)target).Length : -1, target.LastWriteTimeUtc);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return default;
        }
    }

    public async Task WaitForChangeAsync(TokenStamp seen, CancellationToken cancellationToken)
    {
        while (Stamp() == seen)
        {
            await Task.Delay(PollingInterval, _time, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask<ReadOnlyMemory<byte>> ReadBytesAsync(CancellationToken cancellationToken)
    {
        if (Directory.Exists(_path))
        {
            throw TokenFileFailures.IsDirectory(_path).ToException();
        }

        // Opening a pipe would wait for whoever writes into it, with no way to end the wait.
        if (FileStatus.Of(_path) is { IsRegularFile: false })
        {
            throw TokenFileFailures.NotAFile(_path).ToException();
        }

        var file = new FileStream(_path, new FileStreamOptions
        {
            Mode = FileMode.Open,
            Access = FileAccess.Read,
            Share = FileShare.ReadWrite | FileShare.Delete,
            Options = FileOptions.Asynchronous,
            BufferSize = 0,
        });
        await using (file.ConfigureAwait(false))
        {
            // One byte more than any token, in any encoding with its white space, is enough to know that it is too long.
            var buffer = new byte[(4 * LongestToken) + 1];
            var length = 0;
            int read;
            do
            {
                read = await file.ReadAsync(buffer.AsMemory(length), cancellationToken).ConfigureAwait(false);
                length += read;
            }
            while (read > 0 && length < buffer.Length);

            return buffer.AsMemory(0, length);
        }
    }

    private WebIdentityToken Parse(ReadOnlyMemory<byte> bytes)
    {
        string text;
        try
        {
            text = StrictUtf8.GetString(bytes.Span).Trim('\uFEFF').Trim();
        }
        catch (ArgumentException)
        {
            throw TokenFileFailures.NotAToken(_path, "it is not text").ToException();
        }

        if (text.Length == 0)
        {
            throw TokenFileFailures.Empty(_path, bytes.Length).ToException();
        }

        if (text.Length > LongestToken)
        {
            throw TokenFileFailures.TooLong(_path).ToException();
        }

        return TokenParser.TryParse(text, out var claims, out var looksLike)
            ? new WebIdentityToken(text, claims)
            : throw TokenFileFailures.NotAToken(_path, looksLike).ToException();
    }
}
