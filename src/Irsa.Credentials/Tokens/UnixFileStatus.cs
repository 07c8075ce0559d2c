using System.Runtime.InteropServices;
using System.Text;

namespace Irsa.Credentials.Tokens;

/// <summary>
/// Owner, mode and type of the file behind a path, links followed. From <c>statx</c>, whose record has the same layout on every
/// Linux, unlike <c>stat</c>'s; null where there is no such call or no such file.
/// </summary>
internal sealed record UnixFileStatus(uint UserId, uint GroupId, ushort Mode)
{
    private const int CurrentDirectory = -100; // AT_FDCWD
    private const uint BasicFields = 0x7ff; // STATX_BASIC_STATS
    private const int TypeMask = 0xf000;
    private const int RegularFile = 0x8000;

    public bool IsRegularFile => (Mode & TypeMask) == RegularFile;

    public UnixFileMode Permissions => (UnixFileMode)(Mode & 0xfff);

    public static UnixFileStatus? Read(string path)
    {
        if (!OperatingSystem.IsLinux() || path.Contains('\0', StringComparison.Ordinal))
        {
            return null;
        }

        try
        {
            var record = new byte[256];
            return StatX(CurrentDirectory, Encoding.UTF8.GetBytes(path + '\0'), 0, BasicFields, record) == 0 ? Parse(record) : null;
        }
        catch (Exception fault) when (fault is EntryPointNotFoundException or DllNotFoundException)
        {
            return null;
        }
    }

    private static UnixFileStatus Parse(ReadOnlySpan<byte> record) => new(
        UserId: Word(record, 20),
        GroupId: Word(record, 24),
        Mode: MemoryMarshal.Read<ushort>(record[28..]));

    private static uint Word(ReadOnlySpan<byte> record, int offset) => MemoryMarshal.Read<uint>(record[offset..]);

    // Blittable arguments only, so that nothing has to be generated and Native AOT calls it directly.
    [DllImport("libc", EntryPoint = "statx", ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int StatX(int directory, byte[] path, int flags, uint mask, byte[] record);
}
