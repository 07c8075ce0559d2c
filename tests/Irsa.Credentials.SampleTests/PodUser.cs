using System.Globalization;

namespace Irsa.Credentials.SampleTests;

/// <summary>Who a container runs as, in numbers.</summary>
internal sealed record PodUser(int User, int Group, params int[] FurtherGroups)
{
    /// <summary>The number of the user "app" in .NET's images.</summary>
    public const int App = 1654;

    /// <summary>The group that the guides for IRSA give to the pod: Debian's "nogroup".</summary>
    public const int FsGroup = 65534;

    /// <summary>Gets the words before a command that let this user run it.</summary>
    public string[] Launcher =>
    [
        "setpriv", "--reuid", Text(User), "--regid", Text(Group),
        .. FurtherGroups.Length == 0 ? ["--clear-groups"] : (string[])["--groups", string.Join(',', FurtherGroups.Select(Text))],
    ];

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
