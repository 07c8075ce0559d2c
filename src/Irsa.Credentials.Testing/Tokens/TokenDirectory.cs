using System.Globalization;
using System.Runtime.InteropServices;

namespace Irsa.Credentials.Testing;

/// <summary>
/// The projected volume as the kubelet writes it: <c>token</c> is a link into <c>..data</c>, <c>..data</c> a link to a dated directory, and a
/// rotation swaps <c>..data</c> in one step and deletes the old directory.
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

    /// <summary>Gets the path that the webhook injects.</summary>
    public string Path => System.IO.Path.Combine(_root, "token");

    /// <summary>Gets or sets the mode of the files that are written from now on; without effect on Windows.</summary>
    public UnixFileMode FileMode { get; set; }

    /// <summary>Replaces the token by a new one, as the kubelet does.</summary>
    public void Rotate() => Write(_issue());

    /// <summary>Replaces the file's content by anything, as the kubelet does.</summary>
    /// <param name="content">What the file is to hold; need not be a token.</param>
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

    /// <summary>Removes the file, as a volume does that is not mounted; <see cref="Rotate"/> brings it back.</summary>
    public void Remove()
    {
        lock (_gate)
        {
            File.Delete(Path);
        }
    }

    /// <summary>Ends the rotation and deletes the folder.</summary>
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

    /// <summary>Writes the first token and begins to rotate it; the issuer must know its address by now, since the tokens name it.</summary>
    internal void Start()
    {
        Rotate();
        _rotation = _options.TimeProvider.CreateTimer(_ => RotateUnlessDisposed(), null, _options.RotationInterval, _options.RotationInterval);
    }

    /// <summary>The timer may be under way already when the folder is disposed, and nobody could catch what it throws.</summary>
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
            // No atomic rename over a link there: the kubelet, too, leaves a gap.
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
                throw new IOException($"The link {Data} could not be replaced (errno {Marshal.GetLastPInvokeError()}).");
            }
        }

        if (new FileInfo(Path).LinkTarget is null)
        {
            File.CreateSymbolicLink(Path, System.IO.Path.Combine(Data, "token"));
        }
    }

    /// <summary>.NET's own moves look through a link at the folder behind it.</summary>
    [LibraryImport("libc", EntryPoint = "rename", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Rename(string from, string to);
}
