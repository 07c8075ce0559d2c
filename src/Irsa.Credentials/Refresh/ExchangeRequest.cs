namespace Irsa.Credentials.Refresh;

/// <summary>What one exchange is made for, and whether it may go on.</summary>
internal sealed class ExchangeRequest
{
    private readonly object _gate = new();
    private readonly MonotonicClock _clock;
    private readonly long _usableUntil;
    private bool _isAbandoned;
    private int _blockingCalls;

    /// <param name="usableUntil">
    /// Monotonic time until which the credentials are usable that this exchange is to replace; the smallest number where there are none.
    /// </param>
    /// <param name="minimumLifetime">How long the new credentials should live at least; zero for any.</param>
    /// <param name="clock">The clock. Not the cache: an exchange that never ends would keep it alive.</param>
    public ExchangeRequest(long usableUntil, TimeSpan minimumLifetime, MonotonicClock clock)
    {
        _usableUntil = usableUntil;
        _clock = clock;
        MinimumLifetime = minimumLifetime;
    }

    /// <summary>
    /// Gets a value indicating whether no credentials are usable, so that transient failures are retried within the exchange. Otherwise the
    /// next scheduled exchange is soon enough. It becomes urgent when the last credentials expire while it is in progress.
    /// </summary>
    public bool IsUrgent => _clock.Milliseconds >= _usableUntil;

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
