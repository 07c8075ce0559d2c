using System.Collections.Concurrent;
using Amazon.Runtime;
using Irsa.Credentials.Refresh;
using NSubstitute;

namespace Irsa.Credentials.Tests.Refresh;

public sealed class CredentialCacheTests : IDisposable
{
    // With a random number of one half: the first refresh is due after a quarter of the hour and a twentieth of that, a later one after twice as long.
    private static readonly TimeSpan FirstRefresh = TimeSpan.FromHours(0.2625);

    private readonly SteppableTime _time = new();
    private readonly ScriptedExchange _sts;
    private readonly RecordingObserver _observer = new();
    private readonly CredentialCache _cache;

    public CredentialCacheTests()
    {
        _sts = new ScriptedExchange(_time);
        _cache = NewCache(_sts, _time);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _cache.Dispose();

    [Fact]
    public async Task A_thousand_first_callers_cause_one_exchange()
    {
        var callers = Enumerable.Range(0, 1000).Select(_ => Task.Run(() => _cache.GetAsync(Cancel))).ToList();
        (await _sts.NextCallAsync()).Succeed();

        var served = await Task.WhenAll(callers);

        Assert.Equal(1, _sts.Calls);
        Assert.All(served, keys => Assert.Same(served[0], keys));
    }

    [Fact]
    public async Task A_failure_is_shared_by_all_who_wait_and_followed_by_a_pause()
    {
        var callers = Enumerable.Range(0, 50).Select(_ => _cache.GetAsync(Cancel)).ToList();
        (await _sts.NextCallAsync()).Fail();

        foreach (var caller in callers)
        {
            var failure = await Assert.ThrowsAsync<IrsaException>(() => caller);
            Assert.Equal(IrsaErrorCode.StsUnavailable, failure.Code);
        }

        var soonAfter = await Assert.ThrowsAsync<IrsaException>(() => _cache.GetAsync(Cancel));
        Assert.Equal(_time.GetUtcNow() + TimeSpan.FromSeconds(1), soonAfter.NextRetry);
        Assert.Equal(1, _sts.Calls);

        _sts.AnswerAll();
        _time.Advance(TimeSpan.FromSeconds(1));
        await _cache.GetAsync(Cancel);
        Assert.Equal(2, _sts.Calls);
    }

    [Fact]
    public async Task The_pause_after_a_failure_ends_when_the_token_file_changes_without_traffic()
    {
        _sts.InputVersion = "first";
        _sts.FailAll(permanent: true);
        await Assert.ThrowsAsync<IrsaException>(() => _cache.GetAsync(Cancel));
        await _observer.NextAsync();

        _sts.AnswerAll();
        await PassWatchedAsync(seconds: 2);
        Assert.Equal(1, _sts.Calls);
        _sts.InputVersion = "rotated";
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("first", await _observer.NextAsync());
        Assert.Equal("KEY2", _cache.Get().AccessKey);
    }

    [Fact]
    public async Task A_changed_token_file_ends_one_pause_and_not_the_pause_after_the_exchange_that_has_read_it()
    {
        _sts.InputVersion = "first";
        _sts.FailAll(permanent: true);
        await Assert.ThrowsAsync<IrsaException>(() => _cache.GetAsync(Cancel));
        await _observer.NextAsync();

        _sts.InputVersion = "second";
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("failed 2, nothing to serve", await _observer.NextAsync());
        await PassWatchedAsync(seconds: 10);

        Assert.Equal(2, _sts.Calls);
    }

    [Fact]
    public async Task What_an_exchange_did_not_tell_is_read_before_it_is_compared()
    {
        _sts.FailAll(permanent: true);
        await Assert.ThrowsAsync<IrsaException>(() => _cache.GetAsync(Cancel));
        await _observer.NextAsync();

        _sts.InputVersion = "read by nobody yet";
        await PassWatchedAsync(seconds: 2);
        await Eventually.IsTrueAsync(() => _cache.Failures!.InputVersion is not null, Cancel);
        Assert.Equal(1, _sts.Calls);
        _sts.InputVersion = "rotated";
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("failed 2, nothing to serve", await _observer.NextAsync());
    }

    [Fact]
    public async Task No_caller_and_no_timer_looks_at_the_token_file_while_credentials_are_usable()
    {
        await WarmAsync();
        _sts.FailAll();
        await AdvanceInStepsAsync(TimeSpan.FromMinutes(40), () => Assert.True(_cache.GetAsync(Cancel).IsCompletedSuccessfully));

        Assert.NotNull(_cache.Failures);
        Assert.Equal(0, _sts.InputReads);
    }

    [Fact]
    public async Task A_change_of_the_token_file_that_is_seen_during_an_exchange_starts_no_second_one()
    {
        using var slow = new ManualResetEventSlim();
        _sts.InputVersion = "first";
        _sts.FailAll();
        var thrown = await Assert.ThrowsAsync<IrsaException>(() => _cache.GetAsync(Cancel));
        await _observer.NextAsync();
        _sts.HoldAll();
        _sts.OnInputRead = () => slow.Wait(Cancel);
        _time.Advance(thrown.NextRetry!.Value - _time.GetUtcNow());
        await Eventually.IsTrueAsync(() => _sts.InputReads == 1, Cancel);
        var caller = _cache.GetAsync(Cancel);
        await Eventually.IsTrueAsync(() => _time.ActiveTimers == 2, Cancel);

        _sts.InputVersion = "rotated";
        slow.Set();

        (await _sts.NextCallAsync()).Succeed();
        await caller;
        Assert.Equal("first", await _observer.NextAsync());

        // What it had started would come before the next refresh.
        AdvanceTo(_cache.State.DueAt);
        (await _sts.NextCallAsync()).Succeed();
        Assert.Equal("refreshed", await _observer.NextAsync());
        Assert.Equal((3, 1), (_sts.Calls, _sts.MostInFlight));
    }

    [Fact]
    public async Task A_token_file_that_hangs_holds_one_thread_and_no_caller_and_its_return_is_noticed()
    {
        using var hanging = new ManualResetEventSlim();
        _sts.InputVersion = "first";
        _sts.FailAll();
        var thrown = await Assert.ThrowsAsync<IrsaException>(() => _cache.GetAsync(Cancel));
        await _observer.NextAsync();
        _sts.AnswerAll();
        _sts.OnInputRead = () => hanging.Wait(Cancel);

        for (var failures = 2; failures < 8; failures++)
        {
            _time.Advance(thrown.NextRetry!.Value - _time.GetUtcNow());
            await Eventually.IsTrueAsync(() => _sts.InputReads == 1, Cancel);
            var caller = _cache.GetAsync(Cancel);
            await Eventually.IsTrueAsync(() => _time.ActiveTimers == 2, Cancel);
            _time.Advance(TimeSpan.FromSeconds(1));
            thrown = await Assert.ThrowsAsync<IrsaException>(() => caller.WaitAsync(Soon, TimeProvider.System, Cancel));
            Assert.Equal(IrsaErrorCode.Timeout, thrown.Code);
            Assert.Contains("still blocks a thread", thrown.Message, StringComparison.Ordinal);
            Assert.Equal($"failed {failures}, nothing to serve", await _observer.NextAsync());
        }

        Assert.Equal((1, 1), (_sts.Calls, _sts.InputReads));
        hanging.Set();
        _sts.OnInputRead = null;
        _time.Advance(thrown.NextRetry!.Value - _time.GetUtcNow());

        Assert.Equal("KEY2", (await _cache.GetAsync(Cancel)).AccessKey);
    }

    [Fact]
    public async Task An_exchange_that_blocks_its_thread_holds_one_thread_and_fails_the_next_ones_at_once_until_it_returns()
    {
        await WarmAsync();
        using var hanging = new ManualResetEventSlim();
        var blocked = 0;
        _sts.OnCall = () =>
        {
            Interlocked.Increment(ref blocked);
            hanging.Wait(Cancel);
        };
        _time.Advance(FirstRefresh);
        await Eventually.IsTrueAsync(() => Volatile.Read(ref blocked) == 1 && _time.ActiveTimers == 2, Cancel);
        Assert.True(_cache.GetAsync(Cancel).IsCompletedSuccessfully);
        _time.Advance(TimeSpan.FromSeconds(22));
        Assert.Equal("failed 1", await _observer.NextAsync());

        // Six minutes of failures, at once and without an exchange.
        await ExchangeByExchange.AdvanceAsync(_cache, _time, _observer, TimeSpan.FromMinutes(6), (_, _) => Assert.True(_cache.GetAsync(Cancel).IsCompletedSuccessfully));
        Assert.Equal((1, CredentialState.RefreshFailing), (blocked, CredentialStatusReader.Read(_cache).State));
        Assert.Contains("still blocks a thread", _cache.Failures!.Newest.Message, StringComparison.Ordinal);
        Assert.InRange(_cache.Failures.Count, 4, 20);

        _sts.OnCall = null;
        _sts.AnswerAll();
        hanging.Set();
        await Eventually.IsTrueAsync(() => _sts.Calls == 2 && _sts.InFlight == 0, Cancel);
        var report = string.Empty;
        for (var tries = 0; tries < 3 && !report.StartsWith("recovered", StringComparison.Ordinal); tries++)
        {
            AdvanceTo(_cache.State.DueAt);
            report = await _observer.NextAsync();
        }

        Assert.StartsWith("recovered", report, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_abandoned_exchange_that_holds_no_thread_does_not_keep_the_next_one_from_succeeding()
    {
        var first = _cache.GetAsync(Cancel);
        await HeldCallsAreAbandonedAsync();
        await Assert.ThrowsAsync<IrsaException>(() => first);
        _sts.AnswerAll();
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("KEY2", (await _cache.GetAsync(Cancel)).AccessKey);

        async Task HeldCallsAreAbandonedAsync()
        {
            _sts.IgnoresCancellation = true;
            await _sts.NextCallAsync();
            await Eventually.IsTrueAsync(() => _time.ActiveTimers == 1, Cancel);
            _time.Advance(TimeSpan.FromSeconds(22));
        }
    }

    [Fact]
    public async Task A_pod_without_credentials_gets_them_within_30_seconds_of_STS_being_back_without_traffic()
    {
        _sts.FailAll(permanent: true);
        await Assert.ThrowsAsync<IrsaException>(() => _cache.GetAsync(Cancel));
        await _observer.NextAsync();
        for (var exchanges = 2; exchanges < 12; exchanges++)
        {
            var until = _cache.State.DueAt - _cache.Clock.Milliseconds;
            Assert.InRange(until, 1000, 25_000);
            _time.Advance(TimeSpan.FromMilliseconds(until));
            await _observer.NextAsync();
        }

        _sts.AnswerAll();
        _time.Advance(TimeSpan.FromSeconds(25));

        Assert.Equal("first", await _observer.NextAsync());
        Assert.True(_cache.GetAsync(Cancel).IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Refresh_runs_in_the_background_without_traffic()
    {
        await WarmAsync();
        _time.Advance(FirstRefresh);
        var refresh = await _sts.NextCallAsync();

        var during = _cache.GetAsync(Cancel);
        Assert.True(during.IsCompletedSuccessfully);
        Assert.Equal("KEY1", (await during).AccessKey);

        refresh.Succeed();
        Assert.Equal("refreshed", await _observer.NextAsync());
        Assert.Equal("KEY2", (await _cache.GetAsync(Cancel)).AccessKey);
    }

    [Fact]
    public async Task A_failed_refresh_keeps_serving_and_is_retried_at_growing_intervals()
    {
        await WarmAsync();
        _sts.FailAll();
        _time.Advance(FirstRefresh);
        Assert.Equal("failed 1", await _observer.NextAsync());

        // 5 s and 10 s, each times the three quarters that the random half gives.
        foreach (var seconds in new[] { 3.75, 7.5, 15 })
        {
            var before = _sts.Calls;
            _time.Advance(TimeSpan.FromSeconds(seconds - 0.1));
            Assert.True(_cache.GetAsync(Cancel).IsCompletedSuccessfully);
            Assert.Equal(before, _sts.Calls);
            _time.Advance(TimeSpan.FromSeconds(0.1));
            Assert.Equal($"failed {before}", await _observer.NextAsync());
        }

        _sts.AnswerAll();
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal("recovered after 4", await _observer.NextAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Within_the_margin_callers_wait_for_one_exchange_and_get_its_credentials(bool isBlocking)
    {
        await WarmAsync();
        await FailUntilMarginAsync();
        _sts.HoldAll();

        var callers = Enumerable.Range(0, 5).Select(_ => CallAsync(isBlocking)).ToList();
        var exchange = await _sts.NextCallAsync();
        Assert.All(callers, static caller => Assert.False(caller.IsCompleted));
        exchange.Succeed();

        Assert.All(await Task.WhenAll(callers), keys => Assert.Equal($"KEY{_sts.Calls}", keys.AccessKey));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Within_the_margin_after_one_failure_nobody_waits_and_credentials_are_used_until_they_expire(bool isBlocking)
    {
        await WarmAsync();
        await FailUntilMarginAsync();
        var before = _sts.Calls;

        Assert.Equal("KEY1", (await CallAsync(isBlocking)).AccessKey);
        Assert.Equal(before + 1, _sts.Calls);
        await _observer.NextAsync();
        _sts.HoldAll();
        var left = TimeSpan.FromMilliseconds(_cache.Current!.ExpiresAt - _cache.Clock.Milliseconds);
        Assert.InRange(left.TotalSeconds, 57, 60);
        for (var elapsed = TimeSpan.FromSeconds(1); elapsed < left; elapsed += TimeSpan.FromSeconds(1))
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            Assert.Equal("KEY1", _cache.Get().AccessKey);
            Assert.True(_cache.GetAsync(Cancel).IsCompletedSuccessfully);
            Assert.Equal(CredentialState.RefreshFailing, CredentialStatusReader.Read(_cache).State);
        }

        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(_cache.GetAsync(Cancel).IsCompletedSuccessfully);
        Assert.Equal(CredentialState.Unavailable, CredentialStatusReader.Read(_cache).State);
    }

    [Theory]
    [InlineData(70)]
    [InlineData(50)]
    [InlineData(10)]
    public async Task Sessions_of_a_minute_are_used_and_refreshed_before_anybody_has_to_wait(int seconds)
    {
        _sts.Lifetime = TimeSpan.FromSeconds(seconds);
        _sts.AnswerAll();
        await _cache.GetAsync(Cancel);
        await _observer.NextAsync();

        await ExchangeByExchange.AdvanceAsync(_cache, _time, _observer, TimeSpan.FromMinutes(10), (_, _) => Assert.True(_cache.GetAsync(Cancel).IsCompletedSuccessfully));

        // One for each interval of 52.5 % of the life, and the first, which may come sooner.
        Assert.InRange(_sts.Calls, (int)(600 / (0.525 * seconds)) - 1, (int)(600 / (0.525 * seconds)) + 3);
    }

    [Theory]
    [InlineData(0.2)]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Two_exchanges_are_never_closer_than_a_second_whatever_lifetimes_come_and_whoever_asks(double seconds)
    {
        _sts.Lifetime = TimeSpan.FromSeconds(seconds);
        _sts.AnswerAll();
        var starts = new ConcurrentQueue<long>();
        _sts.OnCall = () => starts.Enqueue(_cache.Clock.Milliseconds);

        // A busy machine runs the exchanges later, in the fake clock's time: there must be two to compare.
        for (var step = 0; step < 600 || starts.Count < 2; step++)
        {
            Cancel.ThrowIfCancellationRequested();
            _ = _cache.GetSnapshotAsync(TimeSpan.FromSeconds(step % 3), Cancel).AsTask();
            _cache.Invalidate($"KEY{_sts.Calls}");
            _time.Advance(TimeSpan.FromMilliseconds(50));
            for (var yields = 0; yields < 5; yields++)
            {
                await Task.Yield();
            }
        }

        await _cache.DisposeAsync();
        Assert.All(starts.Zip(starts.Skip(1)), static pair => Assert.True(pair.Second - pair.First >= 1000, $"{pair.Second - pair.First} ms"));
    }

    [Fact]
    public async Task A_caller_in_the_margin_waits_for_the_refresh_in_progress_and_it_becomes_urgent_when_the_credentials_expire_meanwhile()
    {
        // Refreshed late, so that one exchange lasts from before the margin until after the expiry.
        var sts = new ScriptedExchange(_time) { Lifetime = TimeSpan.FromSeconds(40) };
        await using var cache = new CredentialCache("role", sts, new RefreshSchedule(0.9, static () => 0.9), TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(20), _observer, _time);
        var first = cache.GetAsync(Cancel);
        (await sts.NextCallAsync()).Succeed();
        await first;
        await _observer.NextAsync();
        _time.Advance(TimeSpan.FromMilliseconds(cache.State.DueAt - cache.Clock.Milliseconds));
        var refresh = await sts.NextCallAsync();
        _time.Advance(TimeSpan.FromMilliseconds(cache.Current!.MarginStart - 1 - cache.Clock.Milliseconds));
        Assert.True(cache.GetAsync(Cancel).IsCompletedSuccessfully);
        _time.Advance(TimeSpan.FromMilliseconds(1));

        var caller = cache.GetAsync(Cancel);
        Assert.False(caller.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(cache.Current.ExpiresAt - 1 - cache.Clock.Milliseconds));
        Assert.False(sts.Request!.IsUrgent);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True(sts.Request.IsUrgent);
        refresh.Succeed();

        Assert.Equal("KEY2", (await caller).AccessKey);
        Assert.Equal(2, sts.Calls);
    }

    [Fact]
    public async Task Cancellation_frees_the_caller_and_does_not_end_the_exchange()
    {
        using var impatient = new CancellationTokenSource();
        var leaving = _cache.GetAsync(impatient.Token);
        var staying = _cache.GetAsync(Cancel);
        var call = await _sts.NextCallAsync();

        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaving);
        call.Succeed();

        Assert.Equal("KEY1", (await staying).AccessKey);
        Assert.Equal(1, _sts.Calls);
    }

    [Fact]
    public async Task A_cancelled_token_is_honoured_even_by_a_cached_hit()
    {
        await WarmAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _cache.GetAsync(new CancellationToken(canceled: true)));
    }

    [Fact]
    public async Task Disposal_ends_the_exchange_the_timer_and_every_later_call()
    {
        var waiting = _cache.GetAsync(Cancel);
        await _sts.NextCallAsync();

        await _cache.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => waiting);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => _cache.GetAsync(Cancel));
        Assert.Throws<ObjectDisposedException>(() => _cache.Get());
        Assert.True(_sts.IsDisposed);
        Assert.Equal(0, _sts.InFlight);
        Assert.Equal(0, _time.ActiveTimers);
    }

    [Fact]
    public async Task Disposal_after_a_success_leaves_no_timer()
    {
        await WarmAsync();
        Assert.Equal(1, _time.ActiveTimers);

        _cache.Dispose();
        _time.Advance(TimeSpan.FromHours(2));

        Assert.Equal(0, _time.ActiveTimers);
        Assert.Equal(1, _sts.Calls);
    }

    [Fact]
    public async Task Synchronous_callers_wait_for_the_same_exchange()
    {
        var caller = Task.Factory.StartNew(() => _cache.Get(), Cancel, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        var call = await _sts.NextCallAsync();
        call.Succeed();

        Assert.Equal("KEY1", (await caller).AccessKey);
    }

    [Fact]
    public void A_synchronous_caller_under_a_single_threaded_context_does_not_deadlock()
    {
        _sts.AnswerAll();
        var previous = SynchronizationContext.Current;
        try
        {
            SynchronizationContext.SetSynchronizationContext(new NeverPostingContext());
            Assert.Equal("KEY1", _cache.Get().AccessKey);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(previous);
        }
    }

    [Fact]
    public async Task The_rejected_key_is_dropped_once_and_only_if_it_is_the_current_one()
    {
        await WarmAsync();
        Assert.False(_cache.Invalidate("another key"));
        Assert.True(_cache.Invalidate("KEY1"));

        var caller = _cache.GetAsync(Cancel);
        (await _sts.NextCallAsync()).Succeed();
        Assert.Equal("KEY2", (await caller).AccessKey);

        Assert.False(_cache.Invalidate("KEY2"));
        _time.Advance(CacheState.ForcedExchangeInterval);
        Assert.True(_cache.Invalidate("KEY2"));
    }

    [Fact]
    public async Task A_rejected_key_is_served_to_nobody_until_it_is_known_whether_it_can_be_replaced()
    {
        await WarmAsync();
        Assert.True(_cache.Invalidate("KEY1"));
        var call = await _sts.NextCallAsync();

        var caller = _cache.GetAsync(Cancel);
        Assert.False(caller.IsCompleted);
        call.Fail();

        Assert.Equal("KEY1", (await caller).AccessKey);
        Assert.Equal("failed 1", await _observer.NextAsync());
        Assert.True(_cache.GetAsync(Cancel).IsCompletedSuccessfully);
        Assert.Equal(2, _sts.Calls);
    }

    [Fact]
    public async Task One_service_that_rejects_everything_during_an_outage_of_STS_takes_nobodys_credentials()
    {
        await WarmAsync();
        _sts.FailAll();
        for (var minutes = 0; minutes < 58; minutes++)
        {
            while (_cache.State.DelayBeforeExchange(_cache.Clock.Milliseconds) is > 0 and var delay)
            {
                await AdvanceAsync(TimeSpan.FromMilliseconds(delay));
            }

            if (_cache.Invalidate("KEY1"))
            {
                await _observer.NextAsync();
            }

            Assert.Equal("KEY1", (await _cache.GetAsync(Cancel)).AccessKey);
            await AdvanceAsync(TimeSpan.FromMinutes(1));
        }

        Task AdvanceAsync(TimeSpan duration) => ExchangeByExchange.AdvanceAsync(_cache, _time, _observer, duration, static (_, _) => { });
    }

    [Fact]
    public async Task An_exchange_that_began_before_the_rejection_says_nothing_about_it()
    {
        await WarmAsync();
        _time.Advance(FirstRefresh);
        var before = await _sts.NextCallAsync();
        Assert.True(_cache.Invalidate("KEY1"));
        var caller = _cache.GetAsync(Cancel);
        before.Fail();
        Assert.Equal("failed 1", await _observer.NextAsync());
        await PassFloorAsync();

        var after = await _sts.NextCallAsync();
        Assert.False(caller.IsCompleted);
        after.Fail();

        Assert.Equal("KEY1", (await caller).AccessKey);
        Assert.Equal(3, _sts.Calls);
    }

    [Fact]
    public async Task A_minimum_lifetime_that_fits_is_served_from_the_cache()
    {
        await WarmAsync();

        Assert.Equal("KEY1", (await _cache.GetSnapshotAsync(TimeSpan.FromMinutes(50), Cancel)).Keys.AccessKey);
    }

    [Fact]
    public async Task A_minimum_lifetime_that_does_not_fit_costs_one_exchange()
    {
        await WarmAsync();
        _sts.AnswerAll();
        _time.Advance(TimeSpan.FromMinutes(15));

        Assert.Equal("KEY2", (await _cache.GetSnapshotAsync(TimeSpan.FromMinutes(55), Cancel)).Keys.AccessKey);
    }

    [Fact]
    public async Task A_lifetime_that_cannot_be_had_is_asked_for_once()
    {
        _sts.AnswerAll();
        for (var i = 0; i < 20; i++)
        {
            await _cache.GetSnapshotAsync(TimeSpan.FromHours(2), Cancel);
            _time.Advance(TimeSpan.FromSeconds(40));
        }

        Assert.Equal(1, _sts.Calls);
    }

    [Fact]
    public async Task A_lifetime_of_exactly_the_session_is_asked_for_once_as_the_answers_own_latency_is_missing_from_it()
    {
        _sts.AnswerAll();
        for (var i = 0; i < 20; i++)
        {
            // Whole seconds of STS's Date: the same session lives a second more or less.
            _sts.Latency = TimeSpan.FromMilliseconds(i % 2 == 0 ? 900 : 80);
            await _cache.GetSnapshotAsync(TimeSpan.FromHours(1), Cancel);
            await AdvanceInStepsAsync(TimeSpan.FromSeconds(40));
        }

        Assert.Equal(1, _sts.Calls);
        await AdvanceInStepsAsync(TimeSpan.FromMinutes(8));
        await _cache.GetSnapshotAsync(TimeSpan.FromHours(1), Cancel);
        Assert.Equal("KEY2", (await _cache.GetAsync(Cancel)).AccessKey);
        Assert.Equal(2, _sts.Calls);
    }

    [Fact]
    public async Task A_lifetime_that_could_not_be_had_is_asked_for_again_when_sessions_have_become_longer()
    {
        _sts.AnswerAll();
        await _cache.GetSnapshotAsync(TimeSpan.FromHours(3), Cancel);
        Assert.Equal("first", await _observer.NextAsync());
        _sts.Lifetime = TimeSpan.FromHours(2);
        _time.Advance(FirstRefresh);
        Assert.Equal("refreshed", await _observer.NextAsync());
        _time.Advance(TimeSpan.FromSeconds(1));
        _sts.Lifetime = TimeSpan.FromHours(4);

        Assert.Equal("KEY3", (await _cache.GetSnapshotAsync(TimeSpan.FromHours(3), Cancel)).Keys.AccessKey);
    }

    [Fact]
    public async Task The_exchange_is_told_which_lifetime_is_asked_for_and_one_for_less_says_nothing_about_more()
    {
        _sts.Lifetime = TimeSpan.FromMinutes(42);
        var first = _cache.GetAsync(Cancel);
        var call = await _sts.NextCallAsync();
        Assert.Equal(TimeSpan.Zero, _sts.Request!.MinimumLifetime);
        var longer = _cache.GetSnapshotAsync(TimeSpan.FromMinutes(50), Cancel).AsTask();
        call.Succeed();
        Assert.Equal("KEY1", (await first).AccessKey);
        await PassFloorAsync();

        var second = await _sts.NextCallAsync();
        Assert.Equal(TimeSpan.FromMinutes(50), _sts.Request.MinimumLifetime);
        _sts.Lifetime = TimeSpan.FromHours(1);
        second.Succeed();

        Assert.Equal("KEY2", (await longer).Keys.AccessKey);
    }

    [Fact]
    public async Task A_failure_while_a_longer_life_is_asked_for_returns_the_best_at_hand()
    {
        await WarmAsync();
        _sts.FailAll();
        _time.Advance(TimeSpan.FromMinutes(15));

        Assert.Equal("KEY1", (await _cache.GetSnapshotAsync(TimeSpan.FromMinutes(55), Cancel)).Keys.AccessKey);
    }

    [Fact]
    public async Task A_wall_clock_that_runs_away_makes_callers_wait_for_one_exchange()
    {
        await WarmAsync();
        _time.StepWallClock(TimeSpan.FromHours(2));
        _time.Advance(TimeSpan.FromSeconds(1));

        var callers = Enumerable.Range(0, 10).Select(_ => _cache.GetAsync(Cancel)).ToList();
        Assert.All(callers, static caller => Assert.False(caller.IsCompleted));
        (await _sts.NextCallAsync()).Succeed();

        Assert.All(await Task.WhenAll(callers), static keys => Assert.Equal("KEY2", keys.AccessKey));
        Assert.Equal(2, _sts.Calls);
    }

    [Fact]
    public async Task A_wall_clock_that_runs_away_while_STS_is_down_leaves_the_monotonic_clock_in_charge()
    {
        await WarmAsync();
        _sts.FailAll();
        _time.StepWallClock(TimeSpan.FromHours(2));
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("KEY1", (await _cache.GetAsync(Cancel)).AccessKey);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(_cache.GetAsync(Cancel).IsCompletedSuccessfully);
        Assert.Equal(2, _sts.Calls);
    }

    [Fact]
    public async Task A_caller_who_gives_up_on_a_runaway_wall_clock_costs_no_second_exchange()
    {
        await WarmAsync();
        _time.StepWallClock(TimeSpan.FromHours(2));
        _time.Advance(TimeSpan.FromSeconds(1));
        using var impatient = new CancellationTokenSource();
        var caller = _cache.GetAsync(impatient.Token);
        var call = await _sts.NextCallAsync();
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => caller);
        call.Fail();
        await _observer.NextAsync();
        _sts.FailAll();

        Assert.Equal("KEY1", (await _cache.GetAsync(Cancel)).AccessKey);
        Assert.Equal(2, _sts.Calls);
    }

    [Fact]
    public async Task Credentials_that_have_expired_on_arrival_replace_nothing_and_count_as_a_failure()
    {
        await WarmAsync();
        _sts.AnswerAll();
        _sts.Lifetime = TimeSpan.Zero;
        _time.Advance(FirstRefresh);
        await _observer.NextAsync();

        Assert.Equal("KEY1", (await _cache.GetAsync(Cancel)).AccessKey);
        Assert.Equal((2, 1), (_sts.Calls, _cache.Failures?.Count));
    }

    [Fact]
    public async Task Credentials_that_are_never_usable_fail_once_instead_of_being_asked_for_again_and_again()
    {
        _sts.AnswerAll();
        _sts.Lifetime = TimeSpan.Zero;

        var thrown = await Assert.ThrowsAsync<IrsaException>(() => _cache.GetAsync(Cancel));

        Assert.Equal((IrsaErrorCode.CredentialsAlreadyExpired, 1), (thrown.Code, _sts.Calls));
    }

    [Fact]
    public async Task A_blocked_caller_whose_longer_life_does_not_come_in_time_gets_the_best_at_hand()
    {
        await using var cache = NewCache(_sts, _time, longestBlock: TimeSpan.Zero);
        _sts.AnswerAll();
        var first = await cache.GetAsync(Cancel);
        _sts.HoldAll();
        _time.Advance(TimeSpan.FromMinutes(15));

        Assert.Same(first, cache.GetSnapshot(TimeSpan.FromMinutes(55)).Keys);
    }

    [Fact]
    public async Task A_timer_that_fires_early_is_set_for_the_rest_of_its_time()
    {
        var time = new ManualTimerTimeProvider(_time);
        await using var cache = NewCache(_sts, time);
        _sts.AnswerAll();
        await cache.GetAsync(Cancel);
        _sts.HoldAll();

        _time.Advance(TimeSpan.FromMinutes(10));
        time.Fire();
        Assert.Equal(FirstRefresh - TimeSpan.FromMinutes(10), time.Due);
        _time.Advance(time.Due);
        time.Fire();

        (await _sts.NextCallAsync()).Succeed();
        Assert.Equal(2, _sts.Calls);
    }

    [Fact]
    public async Task A_timer_that_fires_during_an_exchange_starts_no_second_one()
    {
        var time = new ManualTimerTimeProvider(_time);
        await using var cache = NewCache(_sts, time);
        _sts.AnswerAll();
        await cache.GetAsync(Cancel);
        Assert.Equal("first", await _observer.NextAsync());
        _sts.HoldAll();
        _time.Advance(FirstRefresh);
        time.Fire();
        var refresh = await _sts.NextCallAsync();

        time.Fire();

        // What it had started would come before the next refresh.
        refresh.Succeed();
        Assert.Equal("refreshed", await _observer.NextAsync());
        _time.Advance(TimeSpan.FromMilliseconds(cache.State.DueAt - cache.Clock.Milliseconds));
        time.Fire();
        (await _sts.NextCallAsync()).Succeed();
        Assert.Equal("refreshed", await _observer.NextAsync());
        Assert.Equal((3, 1), (_sts.Calls, _sts.MostInFlight));
    }

    [Fact]
    public async Task Traffic_starts_a_refresh_whose_timer_does_not_fire_and_does_not_wait_for_it()
    {
        var time = new ManualTimerTimeProvider(_time);
        await using var cache = NewCache(_sts, time);
        _sts.AnswerAll();
        await cache.GetAsync(Cancel);
        await _observer.NextAsync();
        _sts.HoldAll();
        _time.Advance(FirstRefresh + TimeSpan.FromMinutes(5));

        Assert.True(cache.GetAsync(Cancel).IsCompletedSuccessfully);
        (await _sts.NextCallAsync()).Succeed();

        Assert.Equal("refreshed", await _observer.NextAsync());
        Assert.Equal("KEY2", (await cache.GetAsync(Cancel)).AccessKey);
    }

    [Fact]
    public async Task An_exchange_carries_nothing_of_the_caller_who_happened_to_start_it()
    {
        var local = new AsyncLocal<string?>();
        var seen = "nothing";
        _sts.OnCall = () => seen = local.Value;
        _sts.AnswerAll();
        local.Value = "the first caller's";

        await _cache.GetAsync(Cancel);
        Assert.Null(seen);

        seen = "nothing";
        _time.Advance(FirstRefresh);
        await _observer.NextAsync();
        await _observer.NextAsync();
        Assert.Null(seen);
    }

    [Fact]
    public async Task A_provider_that_nobody_uses_any_more_is_collected_with_its_timer()
    {
        _sts.AnswerAll();
        var forgotten = await ForgetAsync();

        for (var i = 0; i < 10 && forgotten.IsAlive; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            await Task.Yield();
        }

        Assert.False(forgotten.IsAlive);
        await Eventually.IsTrueAsync(() => _time.ActiveTimers == 0, Cancel);

        async Task<WeakReference> ForgetAsync()
        {
            var cache = NewCache(_sts, _time);
            await cache.GetAsync(Cancel);
            await _observer.NextAsync();
            return new WeakReference(cache);
        }
    }

    [Fact]
    public async Task An_exchange_that_ignores_its_cancellation_is_abandoned_and_its_late_answer_is_not_used()
    {
        var deaf = new TaskCompletionSource<ExchangeOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        CancellationToken told = default;
        var sts = Substitute.For<IExchange>();
        sts.ExchangeAsync(default!, Cancel).ReturnsForAnyArgs(call =>
        {
            told = call.Arg<CancellationToken>();
            begun.TrySetResult();
            return deaf.Task;
        });
        await using var cache = NewCache(sts, _time);
        var callers = Enumerable.Range(0, 10).Select(_ => cache.GetAsync(Cancel)).ToList();
        await begun.Task.WaitAsync(Soon, TimeProvider.System, Cancel);
        await Eventually.IsTrueAsync(() => _time.ActiveTimers > 0, Cancel);

        _time.Advance(TimeSpan.FromSeconds(21.9));
        Assert.All(callers, static caller => Assert.False(caller.IsCompleted));
        _time.Advance(TimeSpan.FromSeconds(0.1));

        foreach (var caller in callers)
        {
            var thrown = await Assert.ThrowsAsync<IrsaException>(() => caller.WaitAsync(Soon, TimeProvider.System, Cancel));
            Assert.Equal((IrsaErrorCode.Timeout, _time.GetUtcNow() + TimeSpan.FromSeconds(1)), (thrown.Code, thrown.NextRetry));
            Assert.DoesNotContain("pool", thrown.Message, StringComparison.Ordinal);
        }

        Assert.Equal("failed 1, nothing to serve", await _observer.NextAsync());
        await Eventually.IsTrueAsync(() => told.IsCancellationRequested, Cancel);
        deaf.SetResult(ExchangeOutcome.Succeeded(_sts.Issue(), inputVersion: null));
        await Assert.ThrowsAsync<IrsaException>(() => cache.GetAsync(Cancel));
        Assert.Null(cache.Current);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Disposal_waits_two_seconds_by_its_own_clock_for_an_exchange_that_ignores_its_cancellation(bool blocksThread)
    {
        var machine = new SteppableTime();
        using var hanging = new ManualResetEventSlim();
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var sts = Substitute.For<IExchange>();
        sts.ExchangeAsync(default!, Cancel).ReturnsForAnyArgs(_ =>
        {
            begun.TrySetResult();
            if (blocksThread)
            {
                hanging.Wait(Cancel);
            }

            return new TaskCompletionSource<ExchangeOutcome>().Task;
        });
        var cache = NewCache(sts, _time, disposalClock: machine);
        var caller = cache.GetAsync(Cancel);
        await begun.Task.WaitAsync(Soon, TimeProvider.System, Cancel);
        await Eventually.IsTrueAsync(() => _time.ActiveTimers == 1, Cancel);

        var disposal = cache.DisposeAsync().AsTask();
        await Eventually.IsTrueAsync(() => machine.ActiveTimers == 1, Cancel);
        machine.Advance(TimeSpan.FromSeconds(1.9));
        Assert.False(disposal.IsCompleted);
        machine.Advance(TimeSpan.FromSeconds(0.1));

        await disposal.WaitAsync(Soon, TimeProvider.System, Cancel);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => caller);
        Assert.Equal((0, 0), (_time.ActiveTimers, machine.ActiveTimers));
        sts.Received(1).Dispose();
        hanging.Set();
    }

    [Fact]
    public async Task Disposal_ends_an_exchange_that_waits_for_the_second_after_the_last_one()
    {
        _sts.AnswerAll();
        await _cache.GetAsync(Cancel);
        Assert.True(_cache.Invalidate("KEY1"));
        var caller = _cache.GetAsync(Cancel);

        await _cache.DisposeAsync().AsTask().WaitAsync(Soon, TimeProvider.System, Cancel);

        await Assert.ThrowsAsync<ObjectDisposedException>(() => caller);
        Assert.Equal(1, _sts.Calls);
    }

    [Fact]
    public async Task A_wall_clock_that_steps_every_second_costs_one_exchange_in_30_seconds()
    {
        _sts.AnswerAll();
        await _cache.GetAsync(Cancel);
        await _observer.NextAsync();
        for (var seconds = 0; seconds < 120; seconds++)
        {
            _time.StepWallClock(TimeSpan.FromHours(seconds % 2 == 0 ? 5 : -5));
            _time.Advance(TimeSpan.FromSeconds(1));
            var before = _sts.Calls;
            await _cache.GetAsync(Cancel);
            if (_sts.Calls > before)
            {
                await _observer.NextAsync();
            }
        }

        Assert.InRange(_sts.Calls, 2, 5);
    }

    [Fact]
    public async Task A_blocked_caller_who_sees_neither_the_exchange_end_nor_its_time_limit_is_told_just_that()
    {
        await using var cache = NewCache(_sts, _time, longestBlock: TimeSpan.Zero);

        var thrown = Assert.Throws<IrsaException>(() => cache.Get());

        Assert.Equal(IrsaErrorCode.Timeout, thrown.Code);
        Assert.Contains("its time limit has not ended it either", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_synchronous_caller_outwaits_every_exchange_that_its_time_limit_ends()
    {
        var budget = TimeSpan.FromSeconds(20);
        await using var cache = new CredentialCache("arn:aws:iam::111122223333:role/app", _sts, new RefreshSchedule(0.5, static () => 0.5), TimeSpan.FromSeconds(60), budget, _observer, _time);

        // An exchange that ignores its time limit is abandoned two seconds after it, and its callers are told.
        Assert.Equal(budget + TimeSpan.FromSeconds(5), cache.LongestBlock);
    }

    [Fact]
    public async Task A_wall_clock_that_is_set_back_changes_nothing()
    {
        await WarmAsync();
        _time.StepWallClock(TimeSpan.FromHours(-3));
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.True(_cache.GetAsync(Cancel).IsCompletedSuccessfully);
        Assert.Equal(1, _sts.Calls);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_logger_that_throws_ends_nothing_and_leaves_no_exception_unobserved(bool succeeds)
    {
        using var reported = new CountdownEvent(2);
        _observer.OnReport = () =>
        {
            reported.Signal();
            throw new LoggerException();
        };
        Exception? unobserved = null;
        void OnUnobserved(object? sender, UnobservedTaskExceptionEventArgs e) =>
            unobserved ??= e.Exception.InnerExceptions.FirstOrDefault(static inner => inner is LoggerException);
        TaskScheduler.UnobservedTaskException += OnUnobserved;
        try
        {
            for (var exchange = 0; exchange < 2; exchange++)
            {
                var caller = _cache.GetAsync(Cancel);
                var call = await _sts.NextCallAsync();
                (succeeds ? (Action)call.Succeed : () => call.Fail()).Invoke();
                Assert.Equal(succeeds ? null : typeof(IrsaException), (await Record.ExceptionAsync(() => caller))?.GetType());
                await Eventually.IsTrueAsync(() => reported.CurrentCount < 2 - exchange, Cancel);
                _time.Advance(TimeSpan.FromSeconds(2));
                _cache.Invalidate("KEY1");
            }

            for (var i = 0; i < 5; i++)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                await Task.Yield();
            }
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= OnUnobserved;
        }

        Assert.Null(unobserved);
    }

    [Fact]
    public async Task A_logger_that_itself_needs_credentials_gets_them()
    {
        ImmutableCredentials? seen = null;
        _observer.OnReport = () => seen = _cache.Get();
        _sts.AnswerAll();

        await _cache.GetAsync(Cancel);
        await _observer.NextAsync();

        Assert.Equal("KEY1", seen!.AccessKey);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_cached_hit_allocates_nothing_by_the_machines_clock_and_by_any_other(bool isSystem)
    {
        var time = isSystem ? TimeProvider.System : (TimeProvider)_time;
        await using var cache = NewCache(new ScriptedExchange(time, automatic: true), time);
        await cache.GetAsync(Cancel);

        // Once a second a caller looks closer, and that allocates; some thousand hits take far less.
        var least = Enumerable.Range(0, 20).Min(_ => AllocatedByHits(cache));

        Assert.Equal(0, least);
    }

    [Fact]
    public async Task A_cached_hit_reads_no_wall_clock_and_takes_no_lock()
    {
        var time = new ManualTimerTimeProvider(_time);
        await using var cache = NewCache(new ScriptedExchange(time, automatic: true), time);
        await cache.GetAsync(Cancel);
        await _observer.NextAsync();
        var readings = time.WallClockReadings;
        for (var tenths = 0; tenths < 10; tenths++)
        {
            _ = await cache.GetSnapshotAsync(TimeSpan.Zero, Cancel);
            _ = await cache.GetSnapshotAsync(TimeSpan.FromMinutes(30), Cancel);
            _ = cache.GetSnapshot(TimeSpan.Zero);
            Assert.Equal(readings, time.WallClockReadings);
            _time.Advance(TimeSpan.FromSeconds(0.0999));
        }

        _time.Advance(TimeSpan.FromSeconds(0.001));
        _ = cache.GetSnapshot(TimeSpan.Zero);
        Assert.Equal(readings + 1, time.WallClockReadings);
    }

    // A loaded machine is slow; nothing waits for so long when all is well.
    private static TimeSpan Soon => TimeSpan.FromSeconds(60);

    private static long AllocatedByHits(CredentialCache cache)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            _ = cache.GetAsync(CancellationToken.None);
            _ = cache.Get();
            Assert.True(IsServedAtOnce(cache.GetSnapshotAsync(TimeSpan.Zero, CancellationToken.None)));
            _ = cache.GetSnapshot(TimeSpan.Zero);
            _ = cache.GetSnapshot(TimeSpan.FromMinutes(10));
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;

        static bool IsServedAtOnce(ValueTask<CredentialSnapshot> call) => call.IsCompletedSuccessfully;
    }

    private CredentialCache NewCache(IExchange exchange, TimeProvider time, TimeSpan? longestBlock = null, TimeProvider? disposalClock = null) => new(
        "arn:aws:iam::111122223333:role/app",
        exchange,
        new RefreshSchedule(0.5, static () => 0.5),
        TimeSpan.FromSeconds(60),
        TimeSpan.FromSeconds(20),
        _observer,
        time)
    {
        LongestBlock = longestBlock ?? TimeSpan.FromSeconds(25),
        DisposalClock = disposalClock ?? TimeProvider.System,
    };

    private sealed class LoggerException : Exception;

    private async Task WarmAsync()
    {
        var first = _cache.GetAsync(Cancel);
        (await _sts.NextCallAsync()).Succeed();
        await first;
        Assert.Equal("first", await _observer.NextAsync());

        // Time stands still for a test, and the next exchange waits until a second after this one.
        _time.Advance(TimeSpan.FromSeconds(1));
    }

    private Task<ImmutableCredentials> CallAsync(bool isBlocking) => isBlocking
        ? Task.Factory.StartNew(() => _cache.Get(), Cancel, TaskCreationOptions.LongRunning, TaskScheduler.Default)
        : _cache.GetAsync(Cancel);

    private void AdvanceTo(long milliseconds) => _time.Advance(TimeSpan.FromMilliseconds(milliseconds - _cache.Clock.Milliseconds));

    private async Task FailUntilMarginAsync()
    {
        _sts.FailAll();
        var left = TimeSpan.FromMilliseconds(_cache.Current!.MarginStart - _cache.Clock.Milliseconds);
        await ExchangeByExchange.AdvanceAsync(_cache, _time, _observer, left - TimeSpan.FromMilliseconds(1), (_, _) =>
            Assert.True(_cache.GetAsync(Cancel).IsCompletedSuccessfully));
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Null(_cache.State.Servable(_cache.Clock.Milliseconds));
    }

    /// <summary>Lets the second pass that lies between two exchanges, once the next one waits for it.</summary>
    private async Task PassFloorAsync()
    {
        await Eventually.IsTrueAsync(() => _time.ActiveTimers == 2, Cancel);
        _time.Advance(TimeSpan.FromSeconds(1));
    }

    /// <summary>Lets seconds pass in which the background looks at the input.</summary>
    private async Task PassWatchedAsync(int seconds)
    {
        for (; seconds > 0; seconds--)
        {
            var before = _sts.InputReads;
            _time.Advance(TimeSpan.FromSeconds(1));
            await Eventually.IsTrueAsync(() => _sts.InputReads > before, Cancel);
        }
    }

    private async Task AdvanceInStepsAsync(TimeSpan total, Action? each = null)
    {
        // Every failing refresh must have ended before time goes on, as it does in life.
        for (var left = total; left > TimeSpan.Zero; left -= TimeSpan.FromSeconds(1))
        {
            _time.Advance(left < TimeSpan.FromSeconds(1) ? left : TimeSpan.FromSeconds(1));
            while (_cache.State.DueAt <= _cache.Clock.Milliseconds)
            {
                await _observer.NextAsync();
            }

            each?.Invoke();
        }
    }

    private sealed class NeverPostingContext : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state) => throw new InvalidOperationException("The library captured a context.");
    }
}
