namespace Irsa.Credentials.Sts;

/// <summary>Marks the flow of control as one that may block and must not depend on the thread pool.</summary>
internal static class BlockingCall
{
    private static readonly AsyncLocal<bool> Marked = new();

    public static bool IsCurrent => Marked.Value;

    /// <summary>Marks the rest of the calling asynchronous method; the mark ends with it.</summary>
    public static void Mark(bool blocking) => Marked.Value = blocking;
}
