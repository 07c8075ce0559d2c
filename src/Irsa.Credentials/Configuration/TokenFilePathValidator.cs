using Irsa.Credentials.Failures;

namespace Irsa.Credentials.Configuration;

/// <summary>Says whether a token file path is absolute on an operating system, and if not, which of the usual mistakes it has.</summary>
internal static class TokenFilePathValidator
{
    public static TokenPathProblem Validate(string path, bool isWindows) => path switch
    {
        _ when LooksLikeToken(path) => TokenPathProblem.Token,
        _ when path.Contains('\0', StringComparison.Ordinal) => TokenPathProblem.NullCharacter,
        _ when path.AsSpan().Trim().Length != path.Length => TokenPathProblem.SurroundingWhiteSpace,
        _ when IsAbsolute(path, isWindows) => TokenPathProblem.None,
        ['/', ..] when isWindows => TokenPathProblem.LinuxOnWindows,
        _ when path.Contains("/Git/var/run/secrets/", StringComparison.OrdinalIgnoreCase) => TokenPathProblem.GitBash,
        _ when IsAbsolute(path, isWindows: true) && !isWindows => TokenPathProblem.WindowsElsewhere,
        ['~', ..] => TokenPathProblem.Tilde,
        ['"', ..] or ['\'', ..] => TokenPathProblem.Quoted,
        _ => TokenPathProblem.Relative,
    };

    private static bool LooksLikeToken(string path) => path.AsSpan().Trim("\"' \r\n").StartsWith(TokenContent.TokenStart, StringComparison.Ordinal) && path.Split('.').Length >= 3;

    // Not Path.IsPathFullyQualified, which knows only the rules of the system that it runs on.
    private static bool IsAbsolute(string path, bool isWindows) => isWindows
        ? path is [(>= 'A' and <= 'Z') or (>= 'a' and <= 'z'), ':', '\\' or '/', ..] or ['\\', '\\', ..]
        : path is ['/', ..];
}
