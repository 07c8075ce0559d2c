using System.Globalization;
using System.Runtime.InteropServices;

namespace Irsa.Credentials.Diagnosis;

/// <summary>Mode and owner of a file. .NET tells the mode only; on Linux the owner comes from <c>statx</c>, whose layout is the same on every processor.</summary>
internal static partial class FileAccess
{
    private const int CurrentDirectory = -100;
    private const uint ModeAndOwner = 0x1a;

    /// <summary>Null where the system does not tell.</summary>
    public static string? Of(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        var answer = new byte[256];
        try
        {
            if (Statx(CurrentDirectory, path, 0, ModeAndOwner, answer) != 0)
            {
                return null;
            }
        }
        catch (EntryPointNotFoundException)
        {
            return null;
        }

        var mode = Convert.ToString(MemoryMarshal.Read<ushort>(answer.AsSpan(28)) & 0xfff, 8).PadLeft(4, '0');
        return string.Create(
            CultureInfo.InvariantCulture,
            $"Mode {mode}, owner {MemoryMarshal.Read<uint>(answer.AsSpan(20))}, group {MemoryMarshal.Read<uint>(answer.AsSpan(24))}");
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int directory, string path, int flags, uint mask, [Out] byte[] answer);
}
