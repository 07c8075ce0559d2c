namespace Irsa.Credentials.Diagnosis;

/// <summary>Who this process is to the file system.</summary>
internal static class ProcessIdentity
{
    private const string Status = "/proc/self/status";

    public static string Describe()
    {
        if (!File.Exists(Status))
        {
            return $"user {Environment.UserName}";
        }

        // "Uid: real effective saved file-system"; the effective one decides.
        var lines = File.ReadAllLines(Status);
        return $"user {Field(lines, "Uid:", 1)}, group {Field(lines, "Gid:", 1)}, further groups {Groups(lines)}";
    }

    private static string Field(string[] lines, string name, int index) => Fields(lines, name) is var fields && fields.Length > index ? fields[index] : "?";

    private static string Groups(string[] lines) => Fields(lines, "Groups:") is { Length: > 0 } groups ? string.Join(' ', groups) : "none";

    private static string[] Fields(string[] lines, string name) =>
        lines.FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?[name.Length..].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) ?? [];
}
