using System.Diagnostics;
using System.Runtime.Versioning;

[assembly: SupportedOSPlatform("linux")]

namespace Irsa.Credentials.Campaign;

/// <summary>What this user may do here.</summary>
internal static class Permissions
{
    private static readonly string[] FakeTimeFiles = ["/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1", "/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1"];

    /// <summary>Gets a value indicating whether mounts are permitted: the script has started this program with mounts of its own.</summary>
    public static bool CanMount { get; } = Environment.GetEnvironmentVariable("IRSA_CAMPAIGN_MOUNTS") == "1";

    /// <summary>Gets the library that changes a process's clock; null where it is not installed.</summary>
    public static string? FakeTime { get; } = Array.Find(FakeTimeFiles, File.Exists);

    /// <summary>Gets the words before a command that take root's power from it: root can read every file.</summary>
    public static IReadOnlyList<string> Launcher { get; } = Environment.UserName == "root" ? ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"] : [];

    public static void Run(params string[] command)
    {
        using var process = Process.Start(command[0], command[1..]);
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{string.Join(' ', command)} ended with {process.ExitCode}.");
        }
    }
}
