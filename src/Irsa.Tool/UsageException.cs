namespace Irsa.Tool;

/// <summary>The command line, or what it names, cannot be used.</summary>
internal sealed class UsageException(string message) : Exception(message)
{
    /// <summary>The exit code, as BSD's <c>sysexits.h</c> has it; 1 and 2 are judgements.</summary>
    public const int ExitCode = 64;
}
