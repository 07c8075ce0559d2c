using Irsa.Credentials.Failures;

namespace Irsa.Credentials.Tokens;

/// <summary>
/// Finds who else may replace the token: everyone who can write the file, or a directory on the way to it. A directory with the sticky bit, as
/// the kubelet's volume is, lets nobody replace what belongs to others. A look costs a system call for each part of the path.
/// </summary>
internal static class TokenFileExposure
{
    /// <param name="path">The path that is configured.</param>
    /// <param name="target">The file that its links lead to; null where that is not known.</param>
    /// <param name="file">What the file system says of the file.</param>
    /// <returns>A warning (IRSA208); null where only its owner may write.</returns>
    public static Failure? Find(string path, string? target, UnixFileStatus file)
    {
        if (file.Permissions.HasFlag(UnixFileMode.OtherWrite))
        {
            return TokenFileFailures.WorldWritable(path, file.Permissions, isDirectory: false);
        }

        foreach (var start in (string?[])[path, target == path ? null : target])
        {
            for (var directory = Path.GetDirectoryName(start); !string.IsNullOrEmpty(directory); directory = Path.GetDirectoryName(directory))
            {
                if (UnixFileStatus.Read(directory) is { } status && status.Permissions.HasFlag(UnixFileMode.OtherWrite) && !status.Permissions.HasFlag(UnixFileMode.StickyBit))
                {
                    return TokenFileFailures.WorldWritable(directory, status.Permissions, isDirectory: true);
                }
            }
        }

        return null;
    }
}
