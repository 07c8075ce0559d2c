namespace Irsa.Credentials.Failures;

/// <summary>Why a token file path is not an absolute path on this operating system.</summary>
internal enum TokenPathProblem
{
    None = 0,
    Relative = 1,
    LinuxOnWindows = 2,
    WindowsElsewhere = 3,
    GitBash = 4,
    Tilde = 5,
    Quoted = 6,
    SurroundingWhiteSpace = 7,
    NullCharacter = 8,
    Token = 9,
}
