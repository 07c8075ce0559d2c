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
    public async Task Rejected_credentials_are_unavailable_until_it_is_known_whether_they_can_be_replaced_and_what_they_are_stays_known()
    {
        await _cache.GetAsync(Cancel);
        var before = Status;
        _sts.HoldAll();
        Assert.True(_cache.Invalidate("KEY1"));

        Assert.Equal(CredentialState.Unavailable, Status.State);
        Assert.Equal((before.LastRefresh, before.Expiration, "pod"), (Status.LastRefresh, Status.Expiration, Status.SessionName));

        (await _sts.NextCallAsync()).Fail();
        await _cache.GetAsync(Cancel);
        Assert.Equal(CredentialState.RefreshFailing, Status.State);
    }

    [Fact]
    public async Task With_nothing_to_serve_the_next_attempt_is_the_one_that_the_next_caller_may_cause()
    {
        _sts.FailAll();
        var thrown = await Assert.ThrowsAsync<IrsaException>(() => _cache.GetAsync(Cancel));

        Assert.Equal(_time.GetUtcNow() + TimeSpan.FromSeconds(1), thrown.NextRetry);
        Assert.Equal((CredentialState.Unavailable, thrown.NextRetry, thrown.Message), (Status.State, Status.LastError?.NextRetry, Status.LastError?.Message));
        Assert.Equal(_time.GetUtcNow() + TimeSpan.FromSeconds(3.75), Status.NextRefresh);
    }

    [Fact]
    public async Task While_credentials_are_served_the_next_attempt_is_the_one_behind_the_callers()
    {
        await _cache.GetAsync(Cancel);
        await _observer.NextAsync();
        _sts.FailAll();
        _time.Advance(TimeSpan.FromHours(0.325));
        await _observer.NextAsync();

        Assert.Equal((CredentialState.RefreshFailing, 1), (Status.State, Status.FailuresInARow));
        Assert.Equal(_time.GetUtcNow() + TimeSpan.FromSeconds(3.75), Status.NextRefresh);
        Assert.Equal(Status.NextRefresh, Status.LastError?.NextRetry);
    }
}
