namespace Irsa.Credentials.Campaign;

/// <summary>
/// The times of a life. Sessions are short, so that a life takes minutes and not hours; the sample's time-outs are shortened with them, since an exchange
/// must fit into the margin, which is a fifth of a session.
/// </summary>
internal static class Timing
{
    public static readonly TimeSpan Session = TimeSpan.FromSeconds(45);
    public static readonly TimeSpan Margin = TimeSpan.FromSeconds(9);

    /// <summary>How long a fault lasts that is there before the sample starts.</summary>
    public static readonly TimeSpan ColdFault = TimeSpan.FromSeconds(12);

    /// <summary>How long a fault lasts that begins with a session. All refreshes fall into it, and it ends before the margin begins.</summary>
    public static readonly TimeSpan SteadyFault = TimeSpan.FromSeconds(26);

    /// <summary>How long a fault lasts that begins in the margin, counted from the session's end.</summary>
    public static readonly TimeSpan BeyondExpiry = TimeSpan.FromSeconds(6);

    /// <summary>
    /// How long before a session's end the library may hold it to be over. It counts the life from when it sent the request, which STS may have answered an
    /// attempt's time later, and STS writes whole seconds.
    /// </summary>
    public static readonly TimeSpan Uncertain = TimeSpan.FromSeconds(3);

    public static readonly TimeSpan LongestRecovery = TimeSpan.FromSeconds(30);

    public static readonly IReadOnlyDictionary<string, string> Variables = new Dictionary<string, string>
    {
        ["Logging__Console__FormatterOptions__TimestampFormat"] = "HH:mm:ss.f ",
        ["Irsa__ExpiryMargin"] = "00:00:09",
        ["Irsa__AttemptTimeout"] = "00:00:02",
        ["Irsa__ExchangeTimeout"] = "00:00:05",
    };
}
