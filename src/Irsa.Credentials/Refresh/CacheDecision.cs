namespace Irsa.Credentials.Refresh;

/// <summary>What one caller gets at one moment.</summary>
internal enum CacheDecision
{
    /// <summary>The current credentials.</summary>
    Serve,

    /// <summary>The current credentials; the caller also starts the refresh that the timer should have started.</summary>
    ServeAndRefresh,

    /// <summary>The result of the exchange in progress, or of one that the caller starts.</summary>
    Wait,

    /// <summary>The newest failure: an exchange failed a moment ago and no credentials are usable.</summary>
    Fail,

    /// <summary>The exception of a disposed provider.</summary>
    Disposed,
}
