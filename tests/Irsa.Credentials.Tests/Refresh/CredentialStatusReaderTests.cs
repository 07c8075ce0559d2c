using Irsa.Credentials.Refresh;

namespace Irsa.Credentials.Tests.Refresh;

public sealed class CredentialStatusReaderTests : IDisposable
{
    private readonly SteppableTime _time = new();
    private readonly RecordingObserver _observer = new();
    private readonly ScriptedExchange _sts;
    private readonly CredentialCache _cache;

    public CredentialStatusReaderTests()
    {
        _sts = new ScriptedExchange(_time, automatic: true);
        _cache = new CredentialCache("role", _sts, new RefreshSchedule(0.5, static () => 0.5), TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(20), _observer, _time);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private CredentialStatus Status => CredentialStatusReader.Read(_cache);

    public void Dispose() => _cache.Dispose();

    [Fact]
    public async Task Rejected_credentials_are_unavailable_until_it_is_known_whether_they_can_be_replaced_and_stay_described()
    {
        await _cache.GetAsync(Cancel);
        var before = Status;
        _sts.HoldAll();
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(_cache.Invalidate("KEY1"));

        Assert.Equal(CredentialState.Unavailable, Status.State);
        Assert.Equal((before.LastRefresh, before.Expiration, "pod"), (Status.LastRefresh, Status.Expiration, Status.SessionName));

        (await _sts.NextCallAsync()).Fail();
        await _cache.GetAsync(Cancel);
        Assert.Equal(CredentialState.RefreshFailing, Status.State);
    }

    [Fact]
    public async Task The_last_refresh_is_when_the_newest_credentials_came()
    {
        Assert.Null(Status.LastRefresh);
        await _cache.GetAsync(Cancel);
        await _observer.NextAsync();
        Assert.Equal(_time.GetUtcNow(), Status.LastRefresh);

        _time.Advance(TimeSpan.FromHours(0.525));
        await _observer.NextAsync();

        Assert.Equal(_time.GetUtcNow(), Status.LastRefresh);
    }

    [Fact]
    public async Task With_nothing_usable_the_next_retry_is_the_one_that_the_next_caller_may_start()
    {
        _sts.FailAll();
        var thrown = await Assert.ThrowsAsync<IrsaException>(() => _cache.GetAsync(Cancel));

        Assert.Equal(_time.GetUtcNow() + TimeSpan.FromSeconds(1), thrown.NextRetry);
        Assert.Equal((CredentialState.Unavailable, thrown.NextRetry, thrown.Message), (Status.State, Status.LastError?.NextRetry, Status.LastError?.Message));
        Assert.Equal(_time.GetUtcNow() + TimeSpan.FromSeconds(3.75), Status.NextRefresh);
    }

    [Fact]
    public async Task While_credentials_are_usable_the_next_retry_is_the_one_in_the_background()
    {
        await _cache.GetAsync(Cancel);
        await _observer.NextAsync();
        _sts.FailAll();
        _time.Advance(TimeSpan.FromHours(0.2625));
        await _observer.NextAsync();

        Assert.Equal((CredentialState.RefreshFailing, 1), (Status.State, Status.FailuresInARow));
        Assert.Equal(_time.GetUtcNow() + TimeSpan.FromSeconds(3.75), Status.NextRefresh);
        Assert.Equal(Status.NextRefresh, Status.LastError?.NextRetry);
    }

    [Fact]
    public async Task A_failing_refresh_of_the_first_role_shows_while_the_second_role_has_valid_credentials()
    {
        using var second = new CredentialCache(
            "second", new ScriptedExchange(_time, automatic: true), new RefreshSchedule(0.5, static () => 0.5), TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(20), new RecordingObserver(), _time)
        {
            Source = _cache,
        };
        Assert.Equal(CredentialState.Pending, CredentialStatusReader.Read(second).State);
        await second.GetAsync(Cancel);
        await _cache.GetAsync(Cancel);
        await _observer.NextAsync();
        Assert.Equal(CredentialState.Valid, CredentialStatusReader.Read(second).State);

        _sts.FailAll();
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(_cache.Invalidate("KEY1"));
        await _observer.NextAsync();

        var status = CredentialStatusReader.Read(second);
        Assert.Equal((CredentialState.RefreshFailing, 1, "second"), (status.State, status.FailuresInARow, status.RoleArn));
        Assert.Equal((Status.LastError!.Message, Status.LastError.NextRetry), (status.LastError!.Message, status.LastError.NextRetry));
    }
}
