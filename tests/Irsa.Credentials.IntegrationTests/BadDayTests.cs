using Irsa.Credentials.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Irsa.Credentials.IntegrationTests;

/// <summary>The bars of docs/bad-days.md that are counts and outcomes. Their durations are measured there and asserted nowhere.</summary>
public sealed class BadDayTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());
    private readonly TaskCompletionSource _gate = new();
    private LocalAws _aws = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _aws = await LocalAws.StartAsync(cancellationToken: Cancel);

    public ValueTask DisposeAsync() => _aws.DisposeAsync();

    [Theory]
    [InlineData(50)]
    [InlineData(1000)]
    public async Task A_failure_costs_one_STS_call_however_many_wait_for_it_and_blocks_nobody(int callers)
    {
        _aws.Sts.RemoveRole(_aws.RoleArn);
        _aws.Sts.Faults.Always(Fault.Gate(_gate.Task));
        await using var credentials = Create();

        // All of them from this one thread, which gets past the first only if none of them blocks while STS is silent.
        var waiting = Enumerable.Range(0, callers).Select(_ => credentials.GetCredentialsAsync(Cancel)).ToList();
        Assert.DoesNotContain(waiting, static caller => caller.IsCompleted);
        await CallsAsync(1);
        _gate.SetResult();

        foreach (var caller in waiting)
        {
            Assert.Equal(IrsaErrorCode.TrustPolicyMismatch, (await Assert.ThrowsAsync<IrsaException>(() => caller)).Code);
        }

        Assert.Single(_aws.Sts.Calls);
    }

    [Fact]
    public async Task Three_seconds_of_traffic_while_the_refresh_fails_cost_two_STS_calls_at_most_and_leave_no_exception_unobserved()
    {
        var unobserved = 0;
        void Count(object? sender, UnobservedTaskExceptionEventArgs args) =>
            unobserved += args.Exception.Flatten().InnerExceptions.Any(static exception => exception is IrsaException) ? 1 : 0;
        TaskScheduler.UnobservedTaskException += Count;
        await using var credentials = Create();
        var first = await credentials.GetCredentialsAsync(Cancel);
        _aws.Sts.Faults.Always(Fault.ServerError());

        _time.Advance(TimeSpan.FromMinutes(33));
        await Eventually.IsTrueAsync(() => credentials.Status.FailuresInARow == 1, Cancel);
        for (var i = 0; i < 600; i++)
        {
            Assert.Same(first, await credentials.GetCredentialsAsync(Cancel));
            _time.Advance(TimeSpan.FromMilliseconds(5));

            // An attempt that is due by now is also made and over, before time goes on.
            await Eventually.IsTrueAsync(() => credentials.Status.NextRefresh > _time.GetUtcNow(), Cancel);
        }

        GC.Collect();
        GC.WaitForPendingFinalizers();
        TaskScheduler.UnobservedTaskException -= Count;
        Assert.InRange(_aws.Sts.Calls.Count - 1, 1, 2);
        Assert.Equal(0, unobserved);
    }

    [Fact]
    public async Task A_permanent_refusal_is_not_tried_again()
    {
        _aws.Sts.RemoveProvider(_aws.Issuer.Url.OriginalString);
        await using var credentials = Create();

        await Assert.ThrowsAsync<IrsaException>(() => credentials.GetCredentialsAsync(Cancel));
        await Assert.ThrowsAsync<IrsaException>(() => credentials.GetCredentialsAsync(Cancel));

        Assert.Single(_aws.Sts.Calls);
    }

    [Fact]
    public async Task Twenty_requests_for_a_life_that_the_session_cannot_have_cost_one_STS_call()
    {
        await using var credentials = Create();

        for (var i = 0; i < 20; i++)
        {
            Assert.NotNull(await credentials.GetCredentialsAsync(TimeSpan.FromHours(2), Cancel));
            _time.Advance(TimeSpan.FromSeconds(10));
        }

        Assert.Single(_aws.Sts.Calls);
    }

    [Fact]
    public async Task Callers_in_the_last_seconds_of_a_session_join_the_refresh_under_way()
    {
        _aws.Sts.Faults.Next(Fault.ShortSession(TimeSpan.FromSeconds(50)));
        _aws.Sts.Faults.Next(Fault.Gate(_gate.Task));
        await using var credentials = Create(static options =>
        {
            options.RefreshAtFraction = 0.2;
            options.AttemptTimeout = options.ExchangeTimeout = TimeSpan.FromSeconds(60);
        });
        var first = await credentials.GetCredentialsAsync(Cancel);
        while (credentials.Status.NextRefresh > _time.GetUtcNow())
        {
            _time.Advance(TimeSpan.FromMilliseconds(100));
        }

        await CallsAsync(2);

        // The margin is a fifth of this session: 10 seconds.
        while (credentials.Status.Expiration - _time.GetUtcNow() > TimeSpan.FromSeconds(5))
        {
            _time.Advance(TimeSpan.FromMilliseconds(100));
        }

        var waiting = Enumerable.Range(0, 10).Select(_ => credentials.GetCredentialsAsync(Cancel)).ToList();
        Assert.DoesNotContain(waiting, static caller => caller.IsCompleted);
        _gate.SetResult();

        Assert.NotSame(first, Assert.Single((await Task.WhenAll(waiting)).Distinct()));
        Assert.Equal(2, _aws.Sts.Calls.Count);
    }

    [Theory]
    [InlineData(-2)]
    [InlineData(2)]
    public async Task Five_requests_by_a_clock_two_hours_wrong_are_all_served_by_one_STS_call(int hours)
    {
        await using var credentials = Create(time: new FakeTimeProvider(TimeProvider.System.GetUtcNow().AddHours(hours)));

        for (var i = 0; i < 5; i++)
        {
            Assert.NotNull(await credentials.GetCredentialsAsync(Cancel));
        }

        Assert.Single(_aws.Sts.Calls);
    }

    [Fact]
    public async Task A_token_file_that_ends_with_a_newline_is_used()
    {
        _aws.Tokens.Write(_aws.Issuer.IssueToken() + "\n");
        await using var credentials = Create();

        Assert.NotNull(await credentials.GetCredentialsAsync(Cancel));
    }

    [Fact]
    public async Task An_STS_that_never_answers_costs_the_budget_and_no_more()
    {
        _aws.Sts.Faults.Always(Fault.Hang());
        await using var credentials = Create();
        var caller = credentials.GetCredentialsAsync(Cancel);
        await CallsAsync(1);

        _time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.False(caller.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(15.1));

        Assert.Equal(IrsaErrorCode.Timeout, (await Assert.ThrowsAsync<IrsaException>(() => caller)).Code);
    }

    [Fact]
    public async Task A_caller_who_gives_up_is_back_while_STS_is_still_silent_and_the_exchange_serves_the_next()
    {
        _aws.Sts.Faults.Next(Fault.Gate(_gate.Task));
        await using var credentials = Create();
        using var impatient = new CancellationTokenSource();
        var caller = credentials.GetCredentialsAsync(impatient.Token);
        await CallsAsync(1);

        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => caller);
        _gate.SetResult();

        Assert.NotNull(await credentials.GetCredentialsAsync(Cancel));
        Assert.Single(_aws.Sts.Calls);
    }

    private WebIdentityTokenCredentials Create(Action<IrsaOptions>? configure = null, TimeProvider? time = null)
    {
        var options = new IrsaOptions();
        _aws.Configure(options);
        configure?.Invoke(options);
        return new WebIdentityTokenCredentials(options, null, time ?? _time);
    }

    private Task CallsAsync(int count) => Eventually.IsTrueAsync(() => _aws.Sts.Calls.Count >= count, Cancel);

}
