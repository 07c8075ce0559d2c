namespace Irsa.Credentials.Tokens;

/// <summary>How far two clocks may be apart before the library calls one of them wrong.</summary>
internal static class ClockSkew
{
    /// <summary>60 seconds: more than a slow answer and the whole seconds of a <c>Date</c> header explain.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(60);

    public static bool IsSignificant(TimeSpan difference) => difference.Duration() > Tolerance;
}
