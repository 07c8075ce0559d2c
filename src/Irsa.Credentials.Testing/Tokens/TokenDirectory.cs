using System.Globalization;
using System.Runtime.InteropServices;

namespace Irsa.Credentials.Testing;

/// <summary>
/// The directory of the projected volume as the kubelet writes it: <c>token</c> links into <c>..data</c>, which links to a directory named by
/// the time. A rotation replaces <c>..data</c> atomically and deletes the old directory.
/// </summary>
public sealed partial class TokenDirectory : IDisposable
{
    private const string Data = "..data";

    private readonly object _gate = new();
    private readonly string _root;
    private readonly Func<string> _issue;
    private readonly LocalAwsOptions _options;
    private ITimer? _rotation;
    private int _written;
    private bool _disposed;

    internal TokenDirectory(LocalAwsOptions options, Func<string> issue)
    {
        _options = options;
        _issue = issue;
        _root = Directory.CreateTempSubdirectory("irsa-local-aws-").FullName;
        FileMode = options.TokenFileMode;
    }

    /// <summary>Gets the path of the token file, which the webhook injects as <c>AWS_WEB_IDENTITY_TOKEN_FILE</c>.</summary>
    public string Path => System.IO.Path.Combine(_root, "token");

    /// <summary>Gets or sets the mode of token files that are written from now on; no effect on Windows.</summary>
    public UnixFileMode FileMode { get; set; }

    /// <summary>Replaces the token with a new one, as the kubelet does.</summary>
    /// <exception cref="ObjectDisposedException">The server is disposed.</exception>
    public void Rotate() => Write(_issue());

    /// <summary>Replaces the token file with any content, in the way of the kubelet.</summary>
    /// <param name="content">The content, which need not be a token.</param>
    /// <exception cref="ObjectDisposedException">The server is disposed.</exception>
    public void Write(string content)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            var name = string.Create(
                CultureInfo.InvariantCulture,
                $"..{_options.TimeProvider.GetUtcNow():yyyy_MM_dd_HH_mm_ss}.{_written++:000000000}");
            var folder = Directory.CreateDirectory(System.IO.Path.Combine(_root, name)).FullName;
            var file = System.IO.Path.Combine(folder, "token");
            File.WriteAllText(file, content);
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(file, FileMode);
            }

            Swap(name);
            foreach (var old in Directory.EnumerateDirectories(_root, "..*").Where(other => System.IO.Path.GetFileName(other) is not Data && other != folder).ToList())
            {
                Directory.Delete(old, recursive: true);
            }
        }
    }

    /// <summary>Deletes the token file, as if the volume were not mounted. <see cref="Rotate"/> creates it again.</summary>
    public void Remove()
    {
        lock (_gate)
        {
            File.Delete(Path);
        }
    }

    /// <summary>Stops the rotation and deletes the directory. <see cref="LocalAws.DisposeAsync"/> calls it.</summary>
    public void Dispose()
    {
        _rotation?.Dispose();
        lock (_gate)
        {
            _disposed = true;
            if (Directory.Exists(_root))
            {
                Directory.Delete(_root, recursive: true);
            }
        }
    }

    /// <summary>Writes the first token and starts the rotation. The issuer must have its address, because tokens contain it.</summary>
    internal void Start()
    {
        Rotate();
        _rotation = _options.TimeProvider.CreateTimer(_ => RotateUnlessDisposed(), null, _options.RotationInterval, _options.RotationInterval);
    }

    /// <summary>The timer may fire during disposal, and nobody could catch its exception.</summary>
    private void RotateUnlessDisposed()
    {
        lock (_gate)
        {
            if (!_disposed)
            {
                Rotate();
            }
        }
    }

    private void Swap(string name)
    {
        var data = System.IO.Path.Combine(_root, Data);
        if (OperatingSystem.IsWindows())
        {
            // Windows cannot replace a link atomically. The kubelet has the same gap.
            if (Directory.Exists(data))
            {
                Directory.Delete(data);
            }

            Directory.CreateSymbolicLink(data, name);
        }
        else
        {
            var next = data + "_tmp";
            File.CreateSymbolicLink(next, name);
            if (Rename(next, data) != 0)
            {
                throw new IOException($"Cannot replace the link {Data} (errno {Marshal.GetLastPInvokeError()}).");
            }
        }

        if (new FileInfo(Path).LinkTarget is null)
        {
            File.CreateSymbolicLink(Path, System.IO.Path.Combine(Data, "token"));
        }
    }

    /// <summary>The move methods of .NET follow a link to its directory.</summary>
    [LibraryImport("libc", EntryPoint = "rename", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Rename(string from, string to);
}
