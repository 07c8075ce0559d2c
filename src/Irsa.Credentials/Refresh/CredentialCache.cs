using Amazon.Runtime;
using Irsa.Credentials.Failures;

namespace Irsa.Credentials.Refresh;

/// <summary>
/// Holds the credentials and carries out what <see cref="CacheState"/> decides: who is served, who waits and who asks STS. One exchange at
/// a time; it runs behind the callers as long as there is something to serve them.
/// </summary>
/// <remarks>
/// The lock guards assignments: no await, log, metric or callback happens inside it, because a logger may itself need AWS.
/// </remarks>
internal sealed class CredentialCache : IDisposable, IAsyncDisposable
{
    private readonly object _gate = new();
    private readonly IExchange _exchange;
    private readonly RefreshSchedule _schedule;
    private readonly TimeSpan _expiryMargin;
    private readonly TimeSpan _longestExchange;
    private readonly IRefreshObserver _observer;
    private readonly TimeProvider _time;
    private readonly MonotonicClock _clock;
    private readonly RefreshTimer _timer;
    private readonly CancellationTokenSource _disposal = new();

    private volatile CacheState _state = CacheState.Empty;
    private RefreshOperation? _attempt;

    /// <param name="roleArn">Whose credentials these are.</param>
    /// <param name="exchange">Disposed with the cache.</param>
    /// <param name="schedule">When to refresh and how to back off.</param>
    /// <param name="expiryMargin">How long before their expiration credentials are no longer served.</param>
    /// <param name="budget">The exchange's own; one that does not end by itself two seconds later is abandoned.</param>
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
        _schedule = schedule;
        _expiryMargin = expiryMargin;
        _longestExchange = budget + TimeSpan.FromSeconds(2);
        LongestBlock = budget + TimeSpan.FromSeconds(5);
        _observer = observer;
        _time = time;
        _clock = new MonotonicClock(time);
        _timer = new RefreshTimer(time, RefreshBehindCallers);
    }

    public string RoleArn { get; }

    /// <summary>Gets how long a blocked caller waits at most, even where no thread of the pool is left to end the exchange.</summary>
    public TimeSpan LongestBlock { get; init; }

    public CacheState State => _state;

    /// <summary>Gets what is held, usable or not; null before the first success and after disposal.</summary>
    public CredentialSnapshot? Current => _state.Current;

    public FailureStreak? Failures => _state.Failures;

    public bool IsDisposed => _state.IsDisposed;

    public MonotonicClock Clock => _clock;

    public DateTimeOffset UtcNow => _time.GetUtcNow();

    /// <inheritdoc cref="IExchange.ReadInputVersion"/>
    public object? ReadInputVersion() => _exchange.ReadInputVersion();

    /// <summary>The cached hit is a volatile read, a clock read and a completed task: no lock, no allocation.</summary>
    public Task<ImmutableCredentials> GetAsync(CancellationToken cancellationToken)
    {
        var state = _state;
        return _clock.Milliseconds < state.FastPathUntil && !cancellationToken.IsCancellationRequested
            ? state.Current!.Served
            : GetKeysAsync(cancellationToken);
    }

    public ImmutableCredentials Get()
    {
        var state = _state;
        return _clock.Milliseconds < state.FastPathUntil ? state.Current!.Keys : GetSnapshot(TimeSpan.Zero).Keys;
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
            if (Settle(attempt, outcome, minimumLifetime) is { } settled)
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

            if (!ThreadPoolStarvationGuard.Wait(attempt.Outcome, LongestBlock))
            {
                return _state.Servable(_clock.Milliseconds) ?? throw NetworkFailures.CallerBlocked(RoleArn, LongestBlock).ToException();
            }

            if (Settle(attempt, attempt.Outcome.Result, minimumLifetime) is { } settled)
            {
                return settled;
            }
        }
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
            started = _attempt is null ? Start_NeedsLock(now, TimeSpan.Zero) : null;
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

    /// <summary>Carries out the verdict for one caller.</summary>
    private Decision Decide(TimeSpan minimumLifetime)
    {
        // Only this streak is outdated by the new input: one that has come until the lock is held may have read it.
        var outdated = _state.Failures is { } seen && !Equals(seen.InputVersion, _exchange.ReadInputVersion()) ? seen : null;
        var utcNow = _time.GetUtcNow();
        CacheState state;
        CacheDecision verdict;
        RefreshOperation? started = null;
        RefreshOperation? joined = null;
        lock (_gate)
        {
            var now = _clock.Milliseconds;
            state = _state;
            verdict = state.Judge(now, utcNow, minimumLifetime, _attempt is not null, outdated);
            switch (verdict)
            {
                case CacheDecision.Serve when now >= state.FastPathUntil:
                    _state = state.Seen(now, isUnderWay: _attempt is not null);
                    break;
                case CacheDecision.ServeAndRefresh:
                    // The timer is late after a suspension of the machine; the traffic then starts what it should have started.
                    started = Start_NeedsLock(now, TimeSpan.Zero);
                    _state = state.Seen(now, isUnderWay: true);
                    break;
                case CacheDecision.Wait when _attempt is null:
                    started = joined = Start_NeedsLock(now, minimumLifetime);
                    _state = state.Asked(now);
                    break;
                case CacheDecision.Wait:
                    joined = _attempt!;
                    if (state.Alive(now) is null)
                    {
                        joined.Request.MarkUrgent();
                    }

                    break;
            }
        }

        Launch(started);
        ObjectDisposedException.ThrowIf(verdict is CacheDecision.Disposed, typeof(WebIdentityTokenCredentials));
        return verdict is CacheDecision.Refuse
            ? throw state.Failures!.Newest.ToException(state.Failures.NextRetry(isServing: false))
            : new Decision(state.Current, joined);
    }

    /// <summary>Null: there is more to be had, or nothing any more, so the caller has to decide anew.</summary>
    private CredentialSnapshot? Settle(RefreshOperation attempt, RefreshResult outcome, TimeSpan minimumLifetime)
    {
        var now = _clock.Milliseconds;
        if (outcome.Snapshot is { } snapshot)
        {
            return snapshot.IsUsable(now) && minimumLifetime <= attempt.Request.MinimumLifetime ? snapshot : null;
        }

        ObjectDisposedException.ThrowIf(outcome.Failure is null, typeof(WebIdentityTokenCredentials));
        var state = _state;
        if (state.Servable(now) is { } best)
        {
            return best;
        }

        // Rejected while the attempt was under way: only the next one tells whether they can be replaced.
        return state.Alive(now) is not null ? null : throw outcome.Failure.ToException(outcome.NextRetry);
    }

    private RefreshOperation Start_NeedsLock(long now, TimeSpan minimumLifetime) =>
        _attempt = new RefreshOperation(new ExchangeRequest(_state.Alive(now) is null, minimumLifetime), _state.IsRejected);

    private void Launch(RefreshOperation? attempt)
    {
        if (attempt is not null)
        {
            using (SuppressedExecutionContext.Begin())
            {
                _ = Task.Run(() => RunAsync(attempt));
            }
        }
    }

    private async Task RunAsync(RefreshOperation attempt)
    {
        var startedAt = _time.GetTimestamp();
        var inputVersion = _exchange.ReadInputVersion();
        var answer = await AskInTimeAsync(attempt.Request).ConfigureAwait(false);
        var took = _time.GetElapsedTime(startedAt);
        if (answer.Snapshot is { } snapshot)
        {
            Succeed(attempt, snapshot, took);
        }
        else
        {
            Fail(attempt, answer.Failure!, answer.InputVersion ?? inputVersion, took);
        }
    }

    /// <summary>
    /// An exchange has a budget and heeds its cancellation. What an application or a file system puts into it may not; then nobody waits for
    /// it any longer, and what it still brings is not used.
    /// </summary>
    private async Task<RefreshResult> AskInTimeAsync(ExchangeRequest request)
    {
        using var limit = new CancellationTokenSource();
        using var abandonment = CancellationTokenSource.CreateLinkedTokenSource(_disposal.Token);
        var abandoned = abandonment.Token;
        var asking = Task.Run(() => AskAsync(request, abandoned));
        var isInTime = await Task.WhenAny(asking, Task.Delay(_longestExchange, _time, limit.Token)).ConfigureAwait(false) == asking;
        (isInTime ? limit : abandonment).Cancel();
        return isInTime
            ? await asking.ConfigureAwait(false)
            : new RefreshResult(null, NetworkFailures.ExchangeOverdue(RoleArn, _longestExchange), null);
    }

    /// <summary>Never throws, so that nobody has to observe an exchange that was abandoned.</summary>
    private async Task<RefreshResult> AskAsync(ExchangeRequest request, CancellationToken cancellationToken)
    {
        try
        {
            var outcome = await _exchange.ExchangeAsync(request, cancellationToken).ConfigureAwait(false);
            if (outcome.Result is not { } result)
            {
                return new RefreshResult(null, outcome.Failure, null, outcome.InputVersion);
            }

            var refreshAfter = _schedule.RefreshAfter(result.Lifetime, isFirst: _state.Current is null);
            var now = _clock.Milliseconds;
            var snapshot = new CredentialSnapshot(result, refreshAfter, _expiryMargin, now, _time.GetUtcNow());
            return snapshot.IsUsable(now)
                ? new RefreshResult(snapshot, null, null)
                : new RefreshResult(null, StsFailures.WithinMargin(RoleArn, result.Lifetime, _expiryMargin), null, outcome.InputVersion);
        }
        catch (Exception exception)
        {
            return new RefreshResult(null, UnexpectedFailure.From(exception, []), null);
        }
    }

    private void Succeed(RefreshOperation attempt, CredentialSnapshot snapshot, TimeSpan took)
    {
        var utcNow = _time.GetUtcNow();
        CacheState before;
        lock (_gate)
        {
            _attempt = null;
            before = _state;
            if (!before.IsDisposed)
            {
                var now = _clock.Milliseconds;
                _state = before.Succeeded(snapshot, attempt.Request.MinimumLifetime, now, utcNow);
                _timer.Set(_state.DueAt - now);
            }
        }

        if (before.IsDisposed)
        {
            attempt.Complete(default);
            return;
        }

        attempt.Complete(new RefreshResult(snapshot, null, null));
        _observer.Succeeded(snapshot, took, before.Failures, isFirst: before.Current is null);
    }

    private void Fail(RefreshOperation attempt, Failure failure, object? inputVersion, TimeSpan took)
    {
        var utcNow = _time.GetUtcNow();
        CacheState after;
        CredentialSnapshot? alive;
        lock (_gate)
        {
            _attempt = null;
            var now = _clock.Milliseconds;
            after = _state;
            alive = after.Alive(now);
            if (!after.IsDisposed)
            {
                _state = after = after.Failed(failure, inputVersion, attempt.FollowsRejection, _schedule, now, utcNow);
                _timer.Set(after.DueAt - now);
            }
        }

        if (after.IsDisposed)
        {
            attempt.Complete(default);
            return;
        }

        attempt.Complete(new RefreshResult(null, failure, after.Failures!.NextRetry(isServing: false)));
        _observer.Failed(after.Failures, took, alive);
    }

    private void RefreshBehindCallers()
    {
        RefreshOperation? started = null;
        lock (_gate)
        {
            if (_state.IsDisposed || _attempt is not null)
            {
                return;
            }

            // Fired for a time that an attempt has moved since, or a tick early by another clock than the timer's.
            var now = _clock.Milliseconds;
            if (now < _state.DueAt)
            {
                _timer.Set(_state.DueAt - now);
            }
            else
            {
                started = Start_NeedsLock(now, TimeSpan.Zero);
            }
        }

        Launch(started);
    }

    private RefreshOperation? Close()
    {
        RefreshOperation? underWay;
        lock (_gate)
        {
            if (_state.IsDisposed)
            {
                return null;
            }

            _state = _state.Disposed();
            underWay = _attempt;
            _timer.Dispose();
        }

        _disposal.Cancel();
        return underWay;
    }

    /// <summary>Serve these, or join that attempt.</summary>
    private readonly record struct Decision(CredentialSnapshot? Serve, RefreshOperation? Join);
}
