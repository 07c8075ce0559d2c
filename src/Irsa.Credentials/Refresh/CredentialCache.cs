using Amazon.Runtime;
using Irsa.Credentials.Failures;

namespace Irsa.Credentials.Refresh;

/// <summary>
/// Holds the credentials, decides who is served, who waits and who asks STS. One exchange at a time; it runs behind the callers as long
/// as there is something to serve them.
/// </summary>
/// <remarks>
/// The lock guards assignments: no await, log, metric or callback happens inside it, because a logger may itself need AWS.
/// </remarks>
internal sealed class CredentialCache : IDisposable, IAsyncDisposable
{
    /// <summary>How far apart two exchanges are that a caller forces (by a minimum lifetime or a rejected key) while others are served.</summary>
    public static readonly TimeSpan ForcedExchangeInterval = TimeSpan.FromSeconds(30);

    private const long WallClockCheckInterval = 1000;

    private readonly object _gate = new();
    private readonly IExchange _exchange;
    private readonly RefreshSchedule _schedule;
    private readonly TimeSpan _expiryMargin;
    private readonly TimeSpan _longestWait;
    private readonly IRefreshObserver _observer;
    private readonly TimeProvider _time;
    private readonly MonotonicClock _clock;
    private readonly CancellationTokenSource _disposal = new();

    private volatile CredentialSnapshot? _current;
    private volatile FailureStreak? _failures;
    private Attempt? _attempt;
    private ITimer? _timer;
    private long _timerDueAt = long.MaxValue;
    private long _lastForcedAt = long.MinValue / 2;
    private TimeSpan? _unattainableLifetime;
    private bool _everSucceeded;
    private bool _leftNothing;
    private bool _disposed;

    /// <param name="roleArn">Whose credentials these are.</param>
    /// <param name="exchange">Disposed with the cache.</param>
    /// <param name="schedule">When to refresh and how to back off.</param>
    /// <param name="expiryMargin">How long before their expiration credentials are no longer served.</param>
    /// <param name="longestWait">The exchange's own budget; a blocked caller waits a little longer at most, even where no thread of the pool is left to end the exchange.</param>
    /// <param name="observer">Is told of every success and failure.</param>
    /// <param name="time">The clock.</param>
    public CredentialCache(
        string roleArn,
        IExchange exchange,
        RefreshSchedule schedule,
        TimeSpan expiryMargin,
        TimeSpan longestWait,
        IRefreshObserver observer,
        TimeProvider time)
    {
        RoleArn = roleArn;
        _exchange = exchange;
        _schedule = schedule;
        _expiryMargin = expiryMargin;
        _longestWait = longestWait + TimeSpan.FromSeconds(5);
        _observer = observer;
        _time = time;
        _clock = new MonotonicClock(time);
    }

    public string RoleArn { get; }

    /// <summary>Gets what is held, usable or not; null before the first success, after an invalidation and after disposal.</summary>
    public CredentialSnapshot? Current => _current;

    public FailureStreak? Failures => _failures;

    public bool HasEverSucceeded => Volatile.Read(ref _everSucceeded);

    public MonotonicClock Clock => _clock;

    public DateTimeOffset UtcNow => _time.GetUtcNow();

    /// <inheritdoc cref="IExchange.InputStamp"/>
    public object? InputStamp() => _exchange.InputStamp();

    /// <summary>Gets the monotonic time of the next attempt behind the callers; null while none is planned.</summary>
    public long? NextAttemptAt
    {
        get
        {
            var due = Volatile.Read(ref _timerDueAt);
            return due == long.MaxValue ? null : due;
        }
    }

    public bool IsDisposed => Volatile.Read(ref _disposed);

    /// <summary>The cached hit is a volatile read, a clock read and a completed task: no lock, no allocation.</summary>
    public Task<ImmutableCredentials> GetAsync(CancellationToken cancellationToken)
    {
        var current = _current;
        return current is not null && _clock.Milliseconds < current.QuietUntil && !cancellationToken.IsCancellationRequested
            ? current.Served
            : GetKeysAsync(cancellationToken);
    }

    public ImmutableCredentials Get()
    {
        var current = _current;
        return current is not null && _clock.Milliseconds < current.QuietUntil ? current.Keys : GetSnapshot(TimeSpan.Zero).Keys;
    }

    public async ValueTask<CredentialSnapshot> GetSnapshotAsync(TimeSpan minimumLifetime, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        while (true)
        {
            var decision = Decide(minimumLifetime);
            if (decision.Join is not { } attempt)
            {
                return decision.Serve!;
            }

            var outcome = await attempt.Outcome.WaitAsync(cancellationToken).ConfigureAwait(false);
            if (Settle(outcome, decision.Serve, minimumLifetime) is { } settled)
            {
                return settled;
            }
        }
    }

    public CredentialSnapshot GetSnapshot(TimeSpan minimumLifetime)
    {
        while (true)
        {
            var decision = Decide(minimumLifetime);
            if (decision.Join is not { } attempt)
            {
                return decision.Serve!;
            }

            if (!PoolRelief.Wait(attempt.Outcome, _longestWait))
            {
                if (decision.Serve is { } fallback && fallback.IsUsable(_clock.Milliseconds))
                {
                    return fallback;
                }

                throw UnexpectedFailure.NoThreadFor(RoleArn, _longestWait).ToException();
            }

            if (Settle(attempt.Outcome.Result, decision.Serve, minimumLifetime) is { } settled)
            {
                return settled;
            }
        }
    }

    /// <summary>
    /// Drops the current credentials if they are the ones that a service has rejected, at most once in
    /// <see cref="ForcedExchangeInterval"/>: a service that rejects everything cannot make us storm STS.
    /// </summary>
    public bool Invalidate(string rejectedAccessKey)
    {
        Attempt? started;
        lock (_gate)
        {
            var now = _clock.Milliseconds;
            if (_disposed || _current is not { } current || current.Keys.AccessKey != rejectedAccessKey || !MayForce_NeedsLock(now))
            {
                return false;
            }

            _lastForcedAt = now;
            _current = null;
            started = _attempt is null ? Start_NeedsLock(isUrgent: true) : null;
        }

        Launch(started);
        return true;
    }

    public void Dispose()
    {
        if (Close() is { } attempt)
        {
            attempt.Complete(default);
        }

        _exchange.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        if (Close() is { } attempt)
        {
            await attempt.Outcome.ConfigureAwait(false);
        }

        _exchange.Dispose();
    }

    private async Task<ImmutableCredentials> GetKeysAsync(CancellationToken cancellationToken) =>
        (await GetSnapshotAsync(TimeSpan.Zero, cancellationToken).ConfigureAwait(false)).Keys;

    /// <summary>Serve, join, or fail: the whole policy for one caller, at one moment.</summary>
    private Decision Decide(TimeSpan minimumLifetime)
    {
        // Only this streak is outdated by the new input: one that has come until the lock is held may have read it.
        var outdated = _failures is { } seen && !Equals(seen.InputStamp, _exchange.InputStamp()) ? seen : null;
        var utcNow = _time.GetUtcNow();
        Decision decision;
        Attempt? started = null;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, typeof(WebIdentityTokenCredentials));
            var now = _clock.Milliseconds;
            var usable = _current is { } current && current.IsUsable(now) ? current : null;
            var mustWait = usable is null
                || usable.IsExpiredByWallClock(now, utcNow)
                || (IsTooShort_NeedsLock(usable, minimumLifetime, now) && MayForce_NeedsLock(now));

            if (mustWait && _attempt is { } underWay)
            {
                decision = new Decision(usable, underWay);
            }
            else if (mustWait && usable is null && _failures is { } failures && now < failures.SharedUntil && !ReferenceEquals(failures, outdated))
            {
                throw failures.Newest.ToException(failures.SharedUntilUtc);
            }
            else if (mustWait)
            {
                _lastForcedAt = usable is null ? _lastForcedAt : now;
                started = Start_NeedsLock(isUrgent: usable is null);
                decision = new Decision(usable, started);
            }
            else
            {
                // The timer is late after a suspension of the machine; the traffic then starts what it should have started.
                started = now >= _timerDueAt && _attempt is null ? Start_NeedsLock(isUrgent: false) : null;
                usable!.QuietUntil = Math.Min(usable.UsableUntil, now + WallClockCheckInterval);
                if (_attempt is null)
                {
                    usable.QuietUntil = Math.Min(usable.QuietUntil, _timerDueAt);
                }

                decision = new Decision(usable, null);
            }
        }

        Launch(started);
        return decision;
    }

    private bool IsTooShort_NeedsLock(CredentialSnapshot usable, TimeSpan minimumLifetime, long now) =>
        !usable.LivesFor(minimumLifetime, now) && !(minimumLifetime >= _unattainableLifetime);

    private bool MayForce_NeedsLock(long now) => now - _lastForcedAt >= ForcedExchangeInterval.TotalMilliseconds;

    /// <summary>Null: what the attempt brought can no longer be served, so the caller has to decide anew.</summary>
    private CredentialSnapshot? Settle(AttemptOutcome outcome, CredentialSnapshot? fallback, TimeSpan minimumLifetime)
    {
        var now = _clock.Milliseconds;
        if (outcome.Snapshot is { } snapshot)
        {
            if (!snapshot.LivesFor(minimumLifetime, now))
            {
                RememberUnattainable(minimumLifetime, snapshot);
            }

            return snapshot.IsUsable(now) ? snapshot : null;
        }

        ObjectDisposedException.ThrowIf(outcome.Failure is null, typeof(WebIdentityTokenCredentials));
        if (fallback is not null && fallback.IsUsable(now))
        {
            return fallback;
        }

        throw outcome.Failure.ToException(outcome.NextAttempt);
    }

    private void RememberUnattainable(TimeSpan minimumLifetime, CredentialSnapshot snapshot)
    {
        lock (_gate)
        {
            if (snapshot.Lifetime < minimumLifetime && !(_unattainableLifetime < minimumLifetime))
            {
                _unattainableLifetime = minimumLifetime;
            }
        }
    }

    private Attempt Start_NeedsLock(bool isUrgent) => _attempt = new Attempt(isUrgent);

    private void Launch(Attempt? attempt)
    {
        if (attempt is null)
        {
            return;
        }

        // The attempt serves everyone, so it must not carry the trace, culture or async locals of the one who happened to start it.
        if (ExecutionContext.IsFlowSuppressed())
        {
            _ = Task.Run(() => RunAsync(attempt));
            return;
        }

        using (ExecutionContext.SuppressFlow())
        {
            _ = Task.Run(() => RunAsync(attempt));
        }
    }

    private async Task RunAsync(Attempt attempt)
    {
        var startedAt = _time.GetTimestamp();
        var stamp = _exchange.InputStamp();
        ExchangeResult? result = null;
        Failure? failure = null;
        try
        {
            result = await _exchange.ExchangeAsync(attempt.IsUrgent, _disposal.Token).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            failure = exception is IrsaException known ? known.Failure : UnexpectedFailure.From(exception);
        }

        var took = _time.GetElapsedTime(startedAt);
        if (result is not null)
        {
            Succeed(attempt, result, stamp, took);
        }
        else
        {
            Fail(attempt, failure!, stamp, took);
        }
    }

    private void Succeed(Attempt attempt, ExchangeResult result, object? stamp, TimeSpan took)
    {
        var utcNow = _time.GetUtcNow();
        CredentialSnapshot snapshot;
        FailureStreak? ended;
        bool isFirst;
        bool isUsable;
        lock (_gate)
        {
            isFirst = !_everSucceeded;
            ended = _failures;
            var now = _clock.Milliseconds;
            snapshot = new CredentialSnapshot(result, _schedule.RefreshAfter(result.Lifetime, isFirst), _expiryMargin, now, utcNow);
            isUsable = snapshot.IsUsable(now);
            _attempt = isUsable ? null : attempt;
            if (isUsable && !_disposed)
            {
                _everSucceeded = true;
                _failures = null;
                _leftNothing = false;
                _unattainableLifetime = result.Lifetime > _current?.Lifetime ? null : _unattainableLifetime;
                Arm_NeedsLock(snapshot.RefreshAt, now);
                snapshot.QuietUntil = Math.Min(snapshot.RefreshAt, now + WallClockCheckInterval);
                _current = snapshot;
            }
        }

        if (!isUsable)
        {
            Fail(attempt, UnexpectedFailure.NeverUsable(RoleArn, result.Lifetime, _expiryMargin), stamp, took);
            return;
        }

        attempt.Complete(IsDisposed ? default : new AttemptOutcome(snapshot, null, null));
        if (!IsDisposed)
        {
            _observer.Succeeded(snapshot, took, ended, isFirst);
        }
    }

    private void Fail(Attempt attempt, Failure failure, object? stamp, TimeSpan took)
    {
        var utcNow = _time.GetUtcNow();
        FailureStreak streak;
        CredentialSnapshot? stillServed;
        lock (_gate)
        {
            _attempt = null;
            var now = _clock.Milliseconds;
            stillServed = _current is { } current && current.IsUsable(now) ? current : null;
            var count = (_failures?.Count ?? 0) + 1;
            var usableFor = TimeSpan.FromMilliseconds(stillServed is null ? 0 : stillServed.UsableUntil - now);
            var retry = _schedule.RetryAfter(count, failure.IsPermanent, usableFor);
            var shared = _schedule.ShareFailureFor(count, failure.IsPermanent);
            streak = new FailureStreak(
                failure,
                count,
                now + (long)shared.TotalMilliseconds,
                now + (long)retry.TotalMilliseconds,
                utcNow + shared,
                utcNow + retry,
                _leftNothing,
                stamp);
            _leftNothing |= stillServed is null;
            if (!_disposed)
            {
                _failures = streak;
                stillServed?.AcceptWallClock(now, utcNow);
                Arm_NeedsLock(streak.RetryAt, now);
            }
        }

        if (IsDisposed)
        {
            attempt.Complete(default);
            return;
        }

        attempt.Complete(new AttemptOutcome(null, failure, streak.SharedUntilUtc));
        _observer.Failed(streak, took, stillServed);
    }

    /// <summary>The timer holds the cache weakly: one that nobody uses any more and nobody disposed is collected, and its timer ends.</summary>
    private void Arm_NeedsLock(long dueAt, long now)
    {
        Volatile.Write(ref _timerDueAt, dueAt);
        _timer ??= CreateTimer(new WeakReference<CredentialCache>(this), _time);
        _timer.Change(TimeSpan.FromMilliseconds(Math.Max(1, dueAt - now)), Timeout.InfiniteTimeSpan);
    }

    private static ITimer CreateTimer(WeakReference<CredentialCache> cache, TimeProvider time)
    {
        var wasSuppressed = ExecutionContext.IsFlowSuppressed();
        var flow = wasSuppressed ? default : ExecutionContext.SuppressFlow();
        try
        {
            return time.CreateTimer(static state => RefreshIfAlive((WeakReference<CredentialCache>)state!), cache, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
        finally
        {
            if (!wasSuppressed)
            {
                flow.Undo();
            }
        }
    }

    private static void RefreshIfAlive(WeakReference<CredentialCache> weak)
    {
        if (weak.TryGetTarget(out var cache))
        {
            cache.RefreshBehindCallers();
        }
    }

    private void RefreshBehindCallers()
    {
        Attempt? started = null;
        lock (_gate)
        {
            if (_disposed || _attempt is not null)
            {
                return;
            }

            // Fired for a time that an attempt has moved since, or a tick early by another clock than the timer's.
            var now = _clock.Milliseconds;
            if (now < _timerDueAt)
            {
                Arm_NeedsLock(_timerDueAt, now);
            }
            else
            {
                started = Start_NeedsLock(isUrgent: false);
            }
        }

        Launch(started);
    }

    private Attempt? Close()
    {
        Attempt? underWay;
        lock (_gate)
        {
            if (_disposed)
            {
                return null;
            }

            Volatile.Write(ref _disposed, true);
            _current = null;
            underWay = _attempt;
            _timer?.Dispose();
            Volatile.Write(ref _timerDueAt, long.MaxValue);
        }

        _disposal.Cancel();
        return underWay;
    }

    /// <summary>Serve these; or join that attempt, with these to fall back on while they last.</summary>
    private readonly record struct Decision(CredentialSnapshot? Serve, Attempt? Join);
}
