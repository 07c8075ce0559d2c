namespace Irsa.Credentials.Configuration;

/// <summary>In which of the usual ways a token file's path fails to be absolute on an operating system.</summary>
internal static class TokenFilePathValidator
{
    /// <summary>Half a sentence and the remedy; null for an absolute path.</summary>
    public static (string Fault, string Remedy)? Judge(string path, bool isWindows) => path switch
    {
        _ when IsAbsolute(path, isWindows) && !path.Contains('\0', StringComparison.Ordinal) => null,
        ['/', ..] when isWindows => (
            "is a path of Linux, and this is Windows",
            "Give the pod a nodeSelector with kubernetes.io/os: windows (affinity is not looked at), so that the webhook injects a Windows path, and recreate it."),
        _ when IsAbsolute(path, isWindows: true) && !isWindows => (
            "is a path of Windows, and this is not",
            "Remove the nodeSelector kubernetes.io/os: windows, or give the path of this operating system."),
        ['~', ..] => ("begins with a sign that a shell expands and a process does not", "Write the path in full."),
        ['"', ..] or ['\'', ..] => ("is in quotation marks", "Remove them."),
        [var first, ..] when char.IsWhiteSpace(first) => ("begins with white space", "Remove it."),
        _ => (
            "is relative, so that it would depend on the working directory",
            "Give the full path, as the webhook does: /var/run/secrets/eks.amazonaws.com/serviceaccount/token."),
    };

    // Not Path.IsPathFullyQualified, which knows the rules of the running system only.
    private static bool IsAbsolute(string path, bool isWindows) => isWindows
        ? path is [(>= 'A' and <= 'Z') or (>= 'a' and <= 'z'), ':', '\\' or '/', ..] or ['\\', '\\', ..]
        : path is ['/', ..];
}
