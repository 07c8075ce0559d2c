using Irsa.Credentials.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Irsa.Credentials.IntegrationTests;

/// <summary>Tokens from the application's own code: the good day and the bad ones.</summary>
[Collection(nameof(Crowd))]
public sealed class TokenSourceTests : IAsyncLifetime
{
    private LocalAws _aws = null!;
    private int _asked;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _aws = await LocalAws.StartAsync(cancellationToken: Cancel);

    public ValueTask DisposeAsync() => _aws.DisposeAsync();

    [Fact]
    public async Task A_thousand_callers_ask_the_source_once_and_STS_once()
    {
        await using var credentials = Create(_ => Issue());

        var served = await Task.WhenAll(Enumerable.Range(0, 1000).Select(_ => Task.Run(() => credentials.GetCredentialsAsync(Cancel))));

        Assert.Equal((1, 1), (_asked, _aws.Sts.Calls.Count));
        Assert.Single(served.Distinct());
    }

    [Fact]
    public async Task Each_exchange_asks_for_a_new_token()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var credentials = Create(_ => Issue(), options => options.TimeProvider = time);
        var first = await credentials.GetCredentialsAsync(Cancel);
        time.Advance(TimeSpan.FromSeconds(31));

        Assert.True(credentials.Invalidate(first.AccessKey));
        await credentials.GetCredentialsAsync(Cancel);

        Assert.Equal(2, _asked);
        Assert.Equal(2, _aws.Sts.Calls.Select(static call => call.TokenId).Distinct().Count());
    }

    [Fact]
    public async Task A_token_that_STS_calls_expired_is_asked_for_once_more()
    {
        await using var credentials = Create(_ => _asked == 0 ? Issue(static token => token.IssuedAt = TimeProvider.System.GetUtcNow().AddDays(-3)) : Issue());

        await credentials.GetCredentialsAsync(Cancel);

        Assert.Equal((2, 2), (_asked, _aws.Sts.Calls.Count));
    }

    [Fact]
    public async Task Tokens_that_are_always_expired_end_after_the_second()
    {
        await using var credentials = Create(_ => Issue(static token => token.IssuedAt = TimeProvider.System.GetUtcNow().AddDays(-3)));

        var thrown = await Assert.ThrowsAsync<IrsaException>(() => credentials.GetCredentialsAsync(Cancel));

        Assert.Equal((IrsaErrorCode.TokenExpired, 2, 2), (thrown.Code, _asked, _aws.Sts.Calls.Count));
    }

    [Fact]
    public async Task What_the_source_throws_explains_itself_without_its_secrets()
    {
        var secret = _aws.Issuer.IssueToken();
        await using var credentials = Create(_ =>
        {
            _asked++;
            throw new HttpRequestException($"401 for bearer {secret}");
        });

        var thrown = await Assert.ThrowsAsync<IrsaException>(() => credentials.GetCredentialsAsync(Cancel));

        Assert.Equal((IrsaErrorCode.TokenSourceFailed, false), (thrown.Code, thrown.IsPermanent));
        Assert.Contains("\"issuer\" failed: HttpRequestException", thrown.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(secret.Split('.')[1], thrown.ToString(), StringComparison.Ordinal);
        Assert.Empty(_aws.Sts.Calls);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>sign in</html>")]
    [InlineData("{\"value\":\"token\"}")]
    public async Task What_is_no_token_is_not_sent(string text)
    {
        await using var credentials = Create(_ => ValueTask.FromResult(text));

        var thrown = await Assert.ThrowsAsync<IrsaException>(() => credentials.GetCredentialsAsync(Cancel));

        Assert.Equal(IrsaErrorCode.TokenSourceFailed, thrown.Code);
        Assert.Empty(_aws.Sts.Calls);
    }

    [Fact]
    public async Task A_source_that_hangs_and_ignores_its_cancellation_costs_the_time_limit_and_is_called_once()
    {
        using var blocked = new ManualResetEventSlim();
        await using var credentials = Create(
            _ =>
            {
                Interlocked.Increment(ref _asked);
                blocked.Wait(CancellationToken.None);
                return Issue();
            },
            static options =>
            {
                options.AttemptTimeout = TimeSpan.FromMilliseconds(100);
                options.ExchangeTimeout = TimeSpan.FromMilliseconds(100);
            });

        for (var i = 0; i < 3; i++)
        {
            var thrown = await Assert.ThrowsAsync<IrsaException>(() => credentials.GetCredentialsAsync(Cancel));
            Assert.Equal(IrsaErrorCode.TokenSourceFailed, thrown.Code);
            Assert.Contains("in time", thrown.Message, StringComparison.Ordinal);
        }

        Assert.Equal(1, _asked);
        blocked.Set();
    }

    [Fact]
    public async Task An_outage_of_the_source_shorter_than_the_session_goes_unnoticed()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var isDown = false;
        await using var credentials = Create(_ => isDown ? throw new HttpRequestException("down") : Issue(), options => options.TimeProvider = time);
        var first = await credentials.GetCredentialsAsync(Cancel);
        isDown = true;

        for (var minute = 0; minute < 50; minute++)
        {
            time.Advance(TimeSpan.FromMinutes(1));
            while (credentials.Status.NextRefresh <= time.GetUtcNow())
            {
                await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, Cancel);
            }

            Assert.Same(first, await credentials.GetCredentialsAsync(Cancel));
        }

        Assert.Equal(CredentialState.RefreshFailing, credentials.Status.State);
        Assert.Single(_aws.Sts.Calls);
    }

    [Fact]
    public async Task A_file_is_a_source_too()
    {
        var options = new IrsaOptions();
        _aws.Configure(options);
        options.WebIdentityTokenFile = null;
        options.TokenSource = WebIdentityTokenSource.FromFile(_aws.Tokens.Path);
        await using var credentials = new WebIdentityTokenCredentials(options);

        Assert.Equal("111122223333", (await credentials.GetCredentialsAsync(Cancel)).AccountId);
    }

    [Fact]
    public void Two_sources_are_an_error()
    {
        var options = new IrsaOptions();
        _aws.Configure(options);
        options.TokenSource = WebIdentityTokenSource.From("issuer", _ => Issue());

        Assert.Equal(IrsaErrorCode.OptionInvalid, Assert.Throws<IrsaException>(() => new WebIdentityTokenCredentials(options)).Code);
    }

    [Fact]
    public async Task The_doctor_examines_the_token_of_the_source()
    {
        var report = await new IrsaDoctor(Options(_ => Issue())).ExamineAsync(Cancel);

        Assert.Equal((DoctorVerdict.Pass, DoctorVerdict.Pass), (report.Checks[2].Verdict, report.Checks[6].Verdict));
        Assert.Contains("\"issuer\"", report.Checks[2].Seen, StringComparison.Ordinal);
    }

    private ValueTask<string> Issue(Action<TokenRequest>? configure = null)
    {
        _asked++;
        return ValueTask.FromResult(_aws.Issuer.IssueToken(configure));
    }

    private WebIdentityTokenCredentials Create(Func<CancellationToken, ValueTask<string>> get, Action<IrsaOptions>? configure = null)
    {
        var options = Options(get);
        options.MaxAttempts = 2;
        configure?.Invoke(options);
        return new WebIdentityTokenCredentials(options);
    }

    private IrsaOptions Options(Func<CancellationToken, ValueTask<string>> get)
    {
        var options = new IrsaOptions();
        _aws.Configure(options);
        options.WebIdentityTokenFile = null;
        options.TokenSource = WebIdentityTokenSource.From("issuer", get);
        return options;
    }
}
