using Amazon.Runtime;
using Irsa.Credentials.Failures;

namespace Irsa.Credentials.Refresh;

/// <summary>
/// Holds the credentials and carries out what <see cref="CacheState"/> decides: who is served, who waits and when an exchange starts. One
/// exchange at a time; it runs in the background as long as credentials are usable.
/// </summary>
/// <remarks>
/// The lock guards assignments: no await, log, metric or callback happens inside it, because a logger may itself need AWS.
/// </remarks>
internal sealed class CredentialCache : IDisposable, IAsyncDisposable
{
    private readonly object _gate = new();
    private readonly IExchange _exchange;
    private readonly ExchangeRunner _runner;
    private readonly RefreshSchedule _schedule;
    private readonly TimeSpan _expiryMargin;
    private readonly IRefreshObserver _observer;
    private readonly TimeProvider _time;
    private readonly MonotonicClock _clock;
    private readonly RefreshTimer _timer;

    private volatile CacheState _state = CacheState.Empty;
    private RefreshOperation? _operation;

    /// <param name="roleArn">Whose credentials these are.</param>
    /// <param name="exchange">Disposed with the cache.</param>
    /// <param name="schedule">When to refresh and how to back off.</param>
    /// <param name="expiryMargin">How long before their expiration callers wait for new credentials; a share of a shorter life.</param>
    /// <param name="budget">The exchange's own; an exchange that goes on for two seconds more is abandoned.</param>
    /// <param name="observer">Is told of every success and failure.</param>
    /// <param name="time">The clock.</param>
    public CredentialCache(
        string roleArn,
        IExchange exchange,
        RefreshSchedule schedule,
        TimeSpan expiryMargin,
        TimeSpan budget,
        IRefreshObserver observer,
        TimeProvider time)
    {
        RoleArn = roleArn;
        _exchange = exchange;
        _runner = new ExchangeRunner(roleArn, exchange, budget + TimeSpan.FromSeconds(2), time);
        _schedule = schedule;
        _expiryMargin = expiryMargin;
        LongestBlock = budget + TimeSpan.FromSeconds(5);
        _observer = observer;
        _time = time;
        _clock = MonotonicClock.Of(time);
        _timer = new RefreshTimer(time, Wake);
    }

    public string RoleArn { get; }

    /// <summary>Gets the cache of the first role where this one holds a second role's credentials, which need it.</summary>
    public CredentialCache? Source { get; init; }

    /// <summary>Gets how long a blocked caller waits at most, even where the thread pool has no thread left to end the exchange.</summary>
    public TimeSpan LongestBlock { get; init; }

    /// <inheritdoc cref="ExchangeRunner.DisposalClock"/>
    public TimeProvider DisposalClock
    {
        get => _runner.DisposalClock;
        init => _runner.DisposalClock = value;
    }

    public CacheState State => _state;

    /// <summary>Gets the newest credentials, usable or not; null before the first success and after disposal.</summary>
    public CredentialSnapshot? Current => _state.Current;

    public FailureStreak? Failures => _state.Failures;

    public bool IsDisposed => _state.IsDisposed;

    public MonotonicClock Clock => _clock;

    public DateTimeOffset UtcNow => _time.GetUtcNow();

    /// <summary>A cached hit is a volatile read, a clock read and a completed task: no lock, no allocation.</summary>
    public Task<ImmutableCredentials> GetAsync(CancellationToken cancellationToken)
    {
        var state = _state;
        return _clock.Milliseconds < state.FastPathUntil && !cancellationToken.IsCancellationRequested
            ? state.Current!.Served
            : WaitForKeysAsync(cancellationToken);
    }

    /// <inheritdoc cref="GetAsync"/>
    public ImmutableCredentials Get()
    {
        var state = _state;
        return _clock.Milliseconds < state.FastPathUntil ? state.Current!.Keys : WaitForSnapshot(TimeSpan.Zero).Keys;
    }

    /// <inheritdoc cref="GetAsync"/>
    public ValueTask<CredentialSnapshot> GetSnapshotAsync(TimeSpan minimumLifetime, CancellationToken cancellationToken)
    {
        var state = _state;
        var now = _clock.Milliseconds;
        return now < state.FastPathUntil && IsEnough(state.Current!, minimumLifetime, now) && !cancellationToken.IsCancellationRequested
            ? new ValueTask<CredentialSnapshot>(state.Current!)
            : WaitForSnapshotAsync(minimumLifetime, cancellationToken);
    }

    /// <inheritdoc cref="GetAsync"/>
    public CredentialSnapshot GetSnapshot(TimeSpan minimumLifetime)
    {
        var state = _state;
        var now = _clock.Milliseconds;
        return now < state.FastPathUntil && IsEnough(state.Current!, minimumLifetime, now) ? state.Current! : WaitForSnapshot(minimumLifetime);
    }

    /// <summary>
    /// Has the current credentials replaced if they are the ones that a service has rejected, at most once in
    /// <see cref="CacheState.ForcedExchangeInterval"/>: a service that rejects everything cannot make us storm STS.
    /// </summary>
    public bool Invalidate(string rejectedAccessKey)
    {
        RefreshOperation? started;
        lock (_gate)
        {
            var now = _clock.Milliseconds;
            if (!_state.MayReject(rejectedAccessKey, now))
            {
                return false;
            }

            _state = _state.Rejected(now);
            started = _operation is null ? Start_NeedsLock(now, TimeSpan.Zero) : null;
        }

        LaunchIf(started);
        return true;
    }

    public void Dispose()
    {
        if (Close() is { } operation)
        {
            operation.Complete(RefreshResult.Disposed);
        }

        _exchange.Dispose();
    }

    /// <summary>Ends as soon as an exchange in progress has observed its cancellation, or after two seconds.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Close() is { } operation)
        {
            await operation.Result.ConfigureAwait(false);
        }

        _exchange.Dispose();
    }

    private static bool IsEnough(CredentialSnapshot snapshot, TimeSpan minimumLifetime, long now) =>
        minimumLifetime == TimeSpan.Zero || snapshot.LivesFor(minimumLifetime, now);

    private async Task<ImmutableCredentials> WaitForKeysAsync(CancellationToken cancellationToken) =>
        (await WaitForSnapshotAsync(TimeSpan.Zero, cancellationToken).ConfigureAwait(false)).Keys;

    private async ValueTask<CredentialSnapshot> WaitForSnapshotAsync(TimeSpan minimumLifetime, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        while (true)
        {
            var (served, operation) = Decide(minimumLifetime);
            if (operation is null)
            {
                return served!;
            }

            var result = await operation.Result.WaitAsync(cancellationToken).ConfigureAwait(false);
            if (Served(operation, result, minimumLifetime) is { } snapshot)
            {
                return snapshot;
            }
        }
    }

    private CredentialSnapshot WaitForSnapshot(TimeSpan minimumLifetime)
    {
        while (true)
        {
            var (served, operation) = Decide(minimumLifetime);
            if (operation is null)
            {
                return served!;
            }

            if (!ThreadPoolStarvationGuard.Wait(operation.Result, LongestBlock))
            {
                var state = _state;
                return (state.IsRejected ? null : state.Usable(_clock.Milliseconds)) ?? throw NetworkFailures.CallerBlocked(RoleArn, LongestBlock).ToException();
            }

            if (Served(operation, operation.Result.Result, minimumLifetime) is { } snapshot)
            {
                return snapshot;
            }
        }
    }

    /// <summary>Carries out the decision for one caller.</summary>
    /// <returns>What the caller is served, or the operation that it has to wait for.</returns>
    private (CredentialSnapshot? Served, RefreshOperation? Operation) Decide(TimeSpan minimumLifetime)
    {
        var utcNow = _time.GetUtcNow();
        CacheState state;
        CacheDecision decision;
        RefreshOperation? started = null;
        RefreshOperation? awaited = null;
        lock (_gate)
        {
            var now = _clock.Milliseconds;
            state = _state;
            decision = state.Decide(now, utcNow, minimumLifetime, isRefreshing: _operation is not null);
            switch (decision)
            {
                case CacheDecision.Serve when now >= state.FastPathUntil:
                    _state = state.Served(now, isRefreshing: _operation is not null);
                    break;
                case CacheDecision.ServeAndRefresh:
                    // The timer is late after a suspension of the machine; the traffic then starts what it should have started.
                    started = Start_NeedsLock(now, TimeSpan.Zero);
                    _state = state.Served(now, isRefreshing: true);
                    break;
                case CacheDecision.Wait when _operation is null:
                    started = awaited = Start_NeedsLock(now, minimumLifetime);
                    _state = state.StartedByCaller(now);
                    break;
                case CacheDecision.Wait:
                    awaited = _operation!;
                    break;
            }
        }

        LaunchIf(started);
        ObjectDisposedException.ThrowIf(decision is CacheDecision.Disposed, typeof(WebIdentityTokenCredentials));
        return decision is CacheDecision.Fail
            ? throw state.Failures!.Newest.ToException(state.Failures.NextRetry(isServing: false))
            : (state.Current, awaited);
    }

    /// <summary>What a caller is served after an operation; null when the caller has to decide again, as another operation may help.</summary>
    private CredentialSnapshot? Served(RefreshOperation operation, RefreshResult result, TimeSpan minimumLifetime)
    {
        var now = _clock.Milliseconds;
        if (result.Snapshot is { } snapshot)
        {
            return !snapshot.IsExpired(now) && minimumLifetime <= operation.Request.MinimumLifetime ? snapshot : null;
        }

        ObjectDisposedException.ThrowIf(result.Failure is null, typeof(WebIdentityTokenCredentials));
        var state = _state;
        if (state.Servable(now) is { } best)
        {
            return best;
        }

        // Rejected, or in their margin, only since the operation started: the next one tells whether they can be replaced.
        return state.Usable(now) is not null ? null : throw result.Failure.ToException(result.NextRetry);
    }

    private RefreshOperation Start_NeedsLock(long now, TimeSpan minimumLifetime) => _operation = new RefreshOperation(
        new ExchangeRequest(_state.Current?.ExpiresAt ?? long.MinValue, minimumLifetime, _clock), _state.DelayBeforeExchange(now), _state.IsRejected);

    private void LaunchIf(RefreshOperation? operation)
    {
        if (operation is not null)
        {
            Launch(operation);
        }
    }

    /// <summary>A method of its own, as a lambda that captures a parameter costs every call of its method an allocation.</summary>
    private void Launch(RefreshOperation operation)
    {
        using (SuppressedExecutionContext.Begin())
        {
            _ = Task.Run(() => RunAsync(operation));
        }
    }

    private async Task RunAsync(RefreshOperation operation)
    {
        if (!await _runner.DelayAsync(operation.Delay).ConfigureAwait(false))
        {
            operation.Complete(RefreshResult.Disposed);
            return;
        }

        var startedAt = _time.GetTimestamp();
        var outcome = await _runner.RunAsync(operation.Request).ConfigureAwait(false);
        var took = _time.GetElapsedTime(startedAt);
        if (outcome.Result is not { } result)
        {
            Fail(operation, outcome.Failure!, outcome.InputVersion, took);
        }
        else if (NewSnapshot(result) is { } snapshot)
        {
            Succeed(operation, snapshot, took);
        }
        else
        {
            Fail(operation, StsFailures.WithinMargin(RoleArn, result.Lifetime, _expiryMargin), outcome.InputVersion, took);
        }
    }

    /// <returns>Null for credentials that are in their margin already: callers would start one exchange after the other.</returns>
    private CredentialSnapshot? NewSnapshot(ExchangeResult result)
    {
        var refreshAfter = _state.Current is { } previous
            ? _schedule.RefreshAfter(result.Lifetime, late: TimeSpan.FromMilliseconds(result.SentAt - previous.RefreshAt))
            : _schedule.FirstRefreshAfter(result.Lifetime);
        var now = _clock.Milliseconds;
        var snapshot = new CredentialSnapshot(result, refreshAfter, _expiryMargin, now, _time.GetUtcNow());
        return now < snapshot.MarginStart ? snapshot : null;
    }

    private void Succeed(RefreshOperation operation, CredentialSnapshot snapshot, TimeSpan took)
    {
        var utcNow = _time.GetUtcNow();
        CacheState before;
        lock (_gate)
        {
            _operation = null;
            before = _state;
            if (!before.IsDisposed)
            {
                var now = _clock.Milliseconds;
                _state = before.Succeeded(snapshot, operation.Request.MinimumLifetime, now, utcNow);
                _timer.Set(_state.NextWake(now) - now);
            }
        }

        if (before.IsDisposed)
        {
            operation.Complete(RefreshResult.Disposed);
            return;
        }

        operation.Complete(RefreshResult.Succeeded(snapshot));
        Tell(() => _observer.Succeeded(snapshot, took, before.Failures, isFirst: before.Current is null));
    }

    private void Fail(RefreshOperation operation, Failure failure, object? inputVersion, TimeSpan took)
    {
        var utcNow = _time.GetUtcNow();
        CacheState after;
        CredentialSnapshot? usable;
        lock (_gate)
        {
            _operation = null;
            var now = _clock.Milliseconds;
            after = _state;
            usable = after.Usable(now);
            if (!after.IsDisposed)
            {
                _state = after = after.Failed(failure, inputVersion, operation.FollowsRejection, _schedule, now, utcNow);
                _timer.Set(after.NextWake(now) - now);
            }
        }

        if (after.IsDisposed)
        {
            operation.Complete(RefreshResult.Disposed);
            return;
        }

        operation.Complete(RefreshResult.Failed(failure, after.Failures!.NextRetry(isServing: false)));
        Tell(() => _observer.Failed(after.Failures, took, usable));
    }

    /// <summary>A logger or a listener of the meter may throw. The credentials do not depend on it, and there is nobody who could be told.</summary>
    private static void Tell(Action report)
    {
        try
        {
            report();
        }
        catch (Exception)
        {
            // The next report is tried again.
        }
    }

    /// <summary>The timer has fired: for the next exchange, for a look at the exchange's input, or early.</summary>
    private void Wake()
    {
        RefreshOperation? started = null;
        Task<object?>? reading = null;
        CacheState state;
        lock (_gate)
        {
            state = _state;
            if (state.IsDisposed || _operation is not null)
            {
                return;
            }

            var now = _clock.Milliseconds;
            if (now >= state.DueAt)
            {
                started = Start_NeedsLock(now, TimeSpan.Zero);
            }
            else
            {
                reading = state.WatchesInput(now) ? _runner.ReadInputVersionAsync() : null;
                _timer.Set(state.NextWake(now) - now);
            }
        }

        LaunchIf(started);
        if (reading is not null)
        {
            _ = RetryIfInputChangedAsync(reading, state.Failures!);
        }
    }

    /// <summary>A token file that was replaced since an exchange failed ends the pause after it.</summary>
    private async Task RetryIfInputChangedAsync(Task<object?> reading, FailureStreak failures)
    {
        if (await reading.ConfigureAwait(false) is not { } version)
        {
            return;
        }

        RefreshOperation? started = null;
        lock (_gate)
        {
            // Another exchange may have failed, or begun, while the version was read: that one has read its own.
            if (_state.IsDisposed || _operation is not null || !ReferenceEquals(_state.Failures, failures))
            {
                return;
            }

            if (failures.InputVersion is null)
            {
                _state = _state.InputSeen(version);
            }
            else if (!Equals(failures.InputVersion, version))
            {
                started = Start_NeedsLock(_clock.Milliseconds, TimeSpan.Zero);
            }
        }

        LaunchIf(started);
    }

    private RefreshOperation? Close()
    {
        RefreshOperation? inProgress;
        lock (_gate)
        {
            if (_state.IsDisposed)
            {
                return null;
            }

            _state = _state.Disposed();
            inProgress = _operation;
            _timer.Dispose();
        }

        _runner.Dispose();
        return inProgress;
    }
}
