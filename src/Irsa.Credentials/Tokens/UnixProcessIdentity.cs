using System.Globalization;

namespace Irsa.Credentials.Tokens;

/// <summary>The user and groups that decide what this process may read (the effective ones), as Linux tells them in <c>/proc</c>.</summary>
internal sealed record UnixProcessIdentity(uint UserId, uint GroupId, IReadOnlyList<uint> Groups)
{
    public static UnixProcessIdentity? Read()
    {
        try
        {
            return OperatingSystem.IsLinux() ? Parse(File.ReadLines("/proc/self/status")) : null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Takes the lines <c>Uid:</c> and <c>Gid:</c> (real, effective, saved, file system) and <c>Groups:</c>.</summary>
    public static UnixProcessIdentity? Parse(IEnumerable<string> lines)
    {
        uint[] user = [], group = [], groups = [];
        foreach (var line in lines)
        {
            switch (line.Split(':', 2))
            {
                case ["Uid", var numbers]:
                    user = Numbers(numbers);
                    break;
                case ["Gid", var numbers]:
                    group = Numbers(numbers);
                    break;
                case ["Groups", var numbers]:
                    groups = Numbers(numbers);
                    break;
                default:
                    break;
            }
        }

        return user.Length > 1 && group.Length > 1 ? new UnixProcessIdentity(user[1], group[1], groups) : null;
    }

    private static uint[] Numbers(string text) =>
    [
        .. text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
            .Where(static number => uint.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            .Select(static number => uint.Parse(number, CultureInfo.InvariantCulture)),
    ];
}
