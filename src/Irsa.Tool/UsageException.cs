namespace Irsa.Tool;

/// <summary>The command line is wrong, or names something that cannot be used.</summary>
internal sealed class UsageException(string message) : Exception(message)
{
    /// <summary>The exit code, as in BSD's <c>sysexits.h</c>; 1 and 2 are results of checks.</summary>
    public const int ExitCode = 64;
}
