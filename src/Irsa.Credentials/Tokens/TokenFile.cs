using System.Text;
using Irsa.Credentials.Failures;

namespace Irsa.Credentials.Tokens;

/// <summary>
/// The projected token file. Read by its public path each time, because the kubelet replaces it by swapping a directory link
/// (<c>token</c> is a link into <c>..data</c>) and deletes the old directory at once.
/// </summary>
/// <remarks>A file system can hang, so at most one thread at a time reads from it, and a waiting caller can give up.</remarks>
internal sealed class TokenFile : ITokenSource
{
    /// <summary>STS's limit for a token (https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html).</summary>
    public const int LongestToken = 20_000;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static readonly TimeSpan PollingInterval = TimeSpan.FromMilliseconds(500);

    // The roles of a process mostly share a file: while one of them holds its token, the others hold the same object. Not a cache: each still reads.
    private static volatile WeakReference<WebIdentityToken>? _newest;

    private readonly string _path;
    private readonly TimeProvider _time;
    private readonly BlockingCallGate _fileSystem = new();
    private volatile TokenFileVersion _lastVersion = TokenFileVersion.Missing;

    public TokenFile(string path, TimeProvider time)
    {
        _path = path;
        _time = time;
    }

    public Task<TokenReadResult> ReadAsync(CancellationToken cancellationToken) => _fileSystem.RunAsync(Read, cancellationToken);

    /// <summary>While another thread is in the file system, the last version that was seen.</summary>
    public TokenFileVersion ReadVersion() => _fileSystem.TryRun(ReadVersionNow) ?? _lastVersion;

    public Failure TimedOut() => TokenFileFailures.TimedOut(_path);

    public async Task<bool> WaitForChangeAsync(TokenFileVersion seen, CancellationToken cancellationToken)
    {
        while (await _fileSystem.RunAsync(ReadVersionNow, cancellationToken).ConfigureAwait(false) == seen)
        {
            await Task.Delay(PollingInterval, _time, cancellationToken).ConfigureAwait(false);
        }

        return true;
    }

    /// <summary>Never throws: a file whose version cannot be told (its time is beyond the year 9999, for instance) may still be read.</summary>
    private TokenFileVersion ReadVersionNow()
    {
        try
        {
            // A swap puts a new file under the same name: the path leads to ..data/token before and after it, but the time changes.
            var file = new FileInfo(_path);
            var target = file.ResolveLinkTarget(returnFinalTarget: true) ?? file;
            return _lastVersion = target is FileInfo { Exists: true } found
                ? new TokenFileVersion(found.FullName, found.Length, found.LastWriteTimeUtc)
                : TokenFileVersion.Missing;
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return _lastVersion = TokenFileVersion.Missing;
        }
        catch (Exception unknown)
        {
            return _lastVersion = TokenFileVersion.Missing with { Target = unknown.GetType().FullName };
        }
    }

    private TokenReadResult Read()
    {
        // First the version: where the file is replaced in between, the next look sees another version than this one.
        var version = ReadVersionNow();
        try
        {
            if (Directory.Exists(_path))
            {
                return TokenReadResult.Failed(TokenFileFailures.IsDirectory(_path), version);
            }

            // Opening a pipe would wait for whoever writes into it.
            var status = UnixFileStatus.Read(_path);
            return status is { IsRegularFile: false }
                ? TokenReadResult.Failed(TokenFileFailures.NotAFile(_path), version)
                : Parse(ReadBytes(), version, status);
        }
        catch (Exception unreadable)
        {
            return TokenReadResult.Failed(TokenFileFailures.Unreadable(_path, unreadable), version);
        }
    }

    private ReadOnlySpan<byte> ReadBytes()
    {
        using var file = File.OpenHandle(_path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

        // One byte more than any token, in any encoding with its white space, is enough to know that it is too long.
        var buffer = new byte[(4 * LongestToken) + 1];
        var length = 0;
        int read;
        do
        {
            read = RandomAccess.Read(file, buffer.AsSpan(length), length);
            length += read;
        }
        while (read > 0 && length < buffer.Length);

        return buffer.AsSpan(0, length);
    }

    private TokenReadResult Parse(ReadOnlySpan<byte> bytes, TokenFileVersion version, UnixFileStatus? status)
    {
        string text;
        try
        {
            text = StrictUtf8.GetString(bytes).Trim('\uFEFF').Trim();
        }
        catch (ArgumentException)
        {
            return TokenReadResult.Failed(TokenFileFailures.NotAToken(_path, TokenContent.DescribeBinary(bytes)), version);
        }

        if (text.Length is 0 or > LongestToken)
        {
            return TokenReadResult.Failed(text.Length == 0 ? TokenFileFailures.Empty(_path, bytes.Length) : TokenFileFailures.TooLong(_path), version);
        }

        return TokenOf(text, out var looksLike) is { } token
            ? TokenReadResult.Read(token, version, status is null ? null : TokenFileExposure.Find(_path, version.Target, status))
            : TokenReadResult.Failed(TokenFileFailures.NotAToken(_path, looksLike), version);
    }

    private static WebIdentityToken? TokenOf(string text, out string looksLike)
    {
        looksLike = string.Empty;
        if (_newest is { } newest && newest.TryGetTarget(out var known) && known.Value == text)
        {
            return known;
        }

        if (!TokenParser.TryParse(text, out var claims, out looksLike))
        {
            return null;
        }

        var token = new WebIdentityToken(text, claims);
        _newest = new WeakReference<WebIdentityToken>(token);
        return token;
    }
}
