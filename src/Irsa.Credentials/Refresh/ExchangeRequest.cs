namespace Irsa.Credentials.Refresh;

/// <summary>What one exchange is made for, and whether it may go on.</summary>
internal sealed class ExchangeRequest
{
    private readonly object _gate = new();
    private bool _isUrgent;
    private bool _isAbandoned;
    private int _blockingCalls;

    /// <param name="isUrgent">Whether no credentials are usable meanwhile.</param>
    /// <param name="minimumLifetime">How long the credentials should live at least; zero for any.</param>
    public ExchangeRequest(bool isUrgent, TimeSpan minimumLifetime)
    {
        _isUrgent = isUrgent;
        MinimumLifetime = minimumLifetime;
    }

    /// <summary>
    /// Gets a value indicating whether callers wait with no usable credentials, so that transient failures are retried within the exchange.
    /// Otherwise the next scheduled exchange is soon enough. It may become urgent while it is in progress.
    /// </summary>
    public bool IsUrgent => Volatile.Read(ref _isUrgent);

    public TimeSpan MinimumLifetime { get; }

    /// <summary>Gets a value indicating whether the exchange is inside a call that may never give its thread back.</summary>
    public bool HoldsThread
    {
        get
        {
            lock (_gate)
            {
                return _blockingCalls > 0;
            }
        }
    }

    /// <summary>Gets a value indicating whether nobody waits for the exchange any longer.</summary>
    public bool IsAbandoned
    {
        get
        {
            lock (_gate)
            {
                return _isAbandoned;
            }
        }
    }

    public void MarkUrgent() => Volatile.Write(ref _isUrgent, true);

    /// <summary>
    /// Marks a call that may block its thread for ever: a file system that hangs, the application's own code. No other exchange starts while
    /// an abandoned one is inside such a call, so that they hold one thread together and not one each.
    /// </summary>
    /// <returns>Ends the mark.</returns>
    /// <exception cref="OperationCanceledException">The exchange was abandoned and must not begin such a call.</exception>
    public BlockingCall EnterBlockingCall()
    {
        lock (_gate)
        {
            if (_isAbandoned)
            {
                throw new OperationCanceledException("This exchange was abandoned.");
            }

            _blockingCalls++;
            return new BlockingCall(this);
        }
    }

    public void Abandon()
    {
        lock (_gate)
        {
            _isAbandoned = true;
        }
    }

    private void ExitBlockingCall()
    {
        lock (_gate)
        {
            _blockingCalls--;
        }
    }

    /// <summary>A call that may block, until its end.</summary>
    internal readonly struct BlockingCall(ExchangeRequest request) : IDisposable
    {
        public void Dispose() => request.ExitBlockingCall();
    }
}
