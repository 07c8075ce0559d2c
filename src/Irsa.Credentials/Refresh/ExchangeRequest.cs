namespace Irsa.Credentials.Refresh;

/// <summary>What one exchange is made for.</summary>
internal sealed class ExchangeRequest
{
    private bool _isUrgent;

    /// <param name="isUrgent">Whether there is nothing to serve meanwhile.</param>
    /// <param name="minimumLifetime">How long the credentials should live at least; zero for any.</param>
    public ExchangeRequest(bool isUrgent, TimeSpan minimumLifetime)
    {
        _isUrgent = isUrgent;
        MinimumLifetime = minimumLifetime;
    }

    /// <summary>
    /// Gets a value indicating whether callers wait with nothing to fall back on, so that transient failures are tried again within the
    /// budget. Otherwise the schedule's own next attempt is soon enough. It may become urgent while it is under way.
    /// </summary>
    public bool IsUrgent => Volatile.Read(ref _isUrgent);

    public TimeSpan MinimumLifetime { get; }

    public void MarkUrgent() => Volatile.Write(ref _isUrgent, true);
}
