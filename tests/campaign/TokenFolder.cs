using System.Runtime.InteropServices;
using Irsa.Credentials.Testing;

namespace Irsa.Credentials.Campaign;

/// <summary>A token's volume that can be broken in ways in which the kubelet would not, on a file system of its own where mounts are permitted.</summary>
internal sealed partial class TokenFolder : IDisposable
{
    private const UnixFileMode ForAll = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private readonly LocalAws _aws;
    private readonly string _root = Directory.CreateTempSubdirectory("campaign-").FullName;
    private readonly List<string> _issued = [];
    private Timer? _rotation;
    private int _written;

    public TokenFolder(LocalAws aws)
    {
        _aws = aws;
        File.SetUnixFileMode(_root, ForAll | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        if (Permissions.CanMount)
        {
            Permissions.Run("mount", "-t", "tmpfs", "-o", "size=256k,mode=755", "tmpfs", _root);
        }

        Heal();
    }

    public string Token => Path.Combine(_root, "token");

    /// <summary>Gets the signatures of all tokens that were in the folder, which nothing may print.</summary>
    public IReadOnlyList<string> Signatures
    {
        get
        {
            lock (_issued)
            {
                return [.. _issued.Select(static token => token[(token.LastIndexOf('.') + 1)..])];
            }
        }
    }

    public static IEnumerable<CampaignFault> Faults()
    {
        yield return CampaignFault.None;
        yield return Of("absent", static folder => File.Delete(folder.Token));
        yield return Of("empty", static folder => folder.WriteInPlace(string.Empty));
        yield return Of("garbage", static folder => folder.WriteInPlace("\0\u001b[31m{not a token}\u202e"));
        yield return Of("half written", static folder => folder.WriteInPlace(folder.Issue()[..400]));
        yield return Of("expired", static folder => folder.Replace(folder.Issue(static token => token.IssuedAt = TimeProvider.System.GetUtcNow().AddDays(-2))));
        yield return Of("of another audience", static folder => folder.Replace(folder.Issue(static token => token.Audience = "other")));
        yield return Of("unreadable", static folder => File.SetUnixFileMode(folder.Token, UnixFileMode.None));
        yield return Of("replaced by rename, 20 times a second", static folder => folder._rotation = new Timer(_ => folder.Heal(), null, TimeSpan.Zero, TimeSpan.FromMilliseconds(50)));
        yield return Of("link to nothing", static folder => folder.Replace(static path => File.CreateSymbolicLink(path, "..data/nothing")));
        yield return Of("pipe without a writer", static folder => folder.Replace(static path => MakeFifo(path, (uint)ForAll)));
        if (Permissions.CanMount)
        {
            yield return Of("disk full within a write", static folder => folder.FillDisk());
        }
    }

    public void Dispose()
    {
        _rotation?.Dispose();
        if (Permissions.CanMount)
        {
            Permissions.Run("umount", "--lazy", _root);
        }

        Directory.Delete(_root, recursive: true);
    }

    /// <summary>Writes a good token, by renaming it into place.</summary>
    private void Heal() => Replace(Issue());

    private void End()
    {
        // A timer's last call may be running.
        using (var ended = new ManualResetEvent(false))
        {
            if (_rotation?.Dispose(ended) == true)
            {
                ended.WaitOne();
            }
        }

        _rotation = null;
        File.Delete(Path.Combine(_root, "filler"));
        Heal();
    }

    private string Issue(Action<TokenRequest>? configure = null)
    {
        var token = _aws.Issuer.IssueToken(configure);
        lock (_issued)
        {
            _issued.Add(token);
        }

        return token;
    }

    private void Replace(string content) => Replace(path =>
    {
        File.WriteAllText(path, content);
        File.SetUnixFileMode(path, ForAll);
    });

    private void Replace(Action<string> write)
    {
        var next = Path.Combine(_root, $"next{_written++}");
        write(next);
        File.Move(next, Token, overwrite: true);
    }

    private void WriteInPlace(string content) => File.WriteAllText(Token, content);

    /// <summary>What is left of a token that is written in place while nothing more fits.</summary>
    private void FillDisk()
    {
        var token = Issue();
        File.Delete(Token);
        using (var filler = File.Create(Path.Combine(_root, "filler")))
        {
            try
            {
                while (true)
                {
                    filler.Write(new byte[4096]);
                    filler.Flush();
                }
            }
            catch (IOException)
            {
                // Full.
            }
        }

        try
        {
            File.WriteAllText(Token, token);
        }
        catch (IOException)
        {
            File.SetUnixFileMode(Token, ForAll);
        }
    }

    private static CampaignFault Of(string name, Action<TokenFolder> begin) => new(name, life => begin(life.Tokens), static life => life.Tokens.End());

    [LibraryImport("libc", EntryPoint = "mkfifo", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MakeFifo(string path, uint mode);
}
