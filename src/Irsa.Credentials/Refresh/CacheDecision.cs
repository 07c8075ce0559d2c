namespace Irsa.Credentials.Refresh;

/// <summary>What one caller is to do at one moment.</summary>
internal enum CacheDecision
{
    /// <summary>Take what is held.</summary>
    Serve,

    /// <summary>Take it, and start the refresh that the timer should have started.</summary>
    ServeAndRefresh,

    /// <summary>Wait for the exchange under way, or start one.</summary>
    Wait,

    /// <summary>Take the newest failure: STS was asked a moment ago, and there is nothing to serve.</summary>
    Refuse,

    /// <summary>Take the exception of the disposed provider.</summary>
    Disposed,
}
