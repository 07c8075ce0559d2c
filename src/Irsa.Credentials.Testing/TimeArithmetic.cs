namespace Irsa.Credentials.Testing;

/// <summary>Arithmetic on times that a request contains.</summary>
internal static class TimeArithmetic
{
    /// <summary>Adds a duration. A result before year 1 or after year 9999 becomes the nearest valid time.</summary>
    public static DateTimeOffset AddClamped(this DateTimeOffset time, TimeSpan duration) =>
        duration > DateTimeOffset.MaxValue - time ? DateTimeOffset.MaxValue
        : duration < DateTimeOffset.MinValue - time ? DateTimeOffset.MinValue
        : time + duration;
}
