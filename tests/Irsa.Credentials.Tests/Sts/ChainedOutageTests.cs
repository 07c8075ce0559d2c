using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;
using Irsa.Credentials.AwsSdk;
using Irsa.Credentials.Configuration;
using Irsa.Credentials.Failures;
using Irsa.Credentials.Refresh;
using Irsa.Credentials.Sts;
using Irsa.Credentials.Tests.Refresh;
using Microsoft.Extensions.Time.Testing;
using NSubstitute;

namespace Irsa.Credentials.Tests.Sts;

/// <summary>With the default options, an outage of STS that begins at the worst moment goes unnoticed with two roles as long as with one.</summary>
public sealed class ChainedOutageTests
{
    private static readonly ChainedRole Second = new("arn:aws:iam::999922223333:role/second", null, null, null, new Dictionary<string, string>());

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
    private readonly IAmazonSecurityTokenService _sts = Substitute.For<IAmazonSecurityTokenService>();
    private bool _isDown;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0, 0.999)]
    [InlineData(31, 0.999)]
    [InlineData(32, 0.999)]
    [InlineData(65, 0.999)]

    // The second role is refreshed at 6 and at 36 minutes, with a first session that is in the middle of its life.
    [InlineData(29, 0)]
    [InlineData(31, 0)]
    [InlineData(44, 0)]
    [InlineData(59, 0)]
    public async Task An_outage_of_25_minutes_goes_unnoticed(int minutesUp, double chance)
    {
        var first = new ScriptedExchange(_time, automatic: true);
        var observer = new RecordingObserver();
        using var source = Cache(TestSettings.Role, first, observer, chance: 0.999);
        using var cache = Cache(Second.RoleArn, Chained(source), observer, chance);
        _sts.AssumeRoleAsync(null, Arg.Any<CancellationToken>()).ReturnsForAnyArgs(_ => _isDown ? throw new HttpRequestException("down") : Answer());
        await cache.GetAsync(Cancel);
        await AdvanceAsync(cache, source, TimeSpan.FromMinutes(minutesUp));

        _isDown = true;
        first.FailAll();
        await AdvanceAsync(cache, source, TimeSpan.FromMinutes(25));

        _isDown = false;
        first.AnswerAll();
        await AdvanceAsync(cache, source, TimeSpan.FromMinutes(30));
    }

    /// <summary>
    /// Asks like traffic: a caller who is not served at once waits for an exchange, which fails in the outage. A refresh that is due ends before
    /// time goes on.
    /// </summary>
    private async Task AdvanceAsync(CredentialCache cache, CredentialCache source, TimeSpan by)
    {
        for (var passed = TimeSpan.Zero; passed < by; passed += TimeSpan.FromSeconds(5))
        {
            _time.Advance(TimeSpan.FromSeconds(5));
            await Eventually.IsTrueAsync(() => !IsDue(cache) && !IsDue(source), Cancel);

            Assert.NotNull(await cache.GetAsync(Cancel).WaitAsync(TimeSpan.FromMinutes(5), TimeProvider.System, Cancel));
        }
    }

    private bool IsDue(CredentialCache cache) => CredentialStatusReader.Read(cache).NextRefresh <= _time.GetUtcNow();

    private CredentialCache Cache(string roleArn, IExchange exchange, RecordingObserver observer, double chance) =>
        new(roleArn, exchange, new RefreshSchedule(0.5, () => chance), TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(20), observer, _time);

    private ChainedExchange Chained(CredentialCache source)
    {
        var settings = TestSettings.Create();
        var context = new ExchangeContext("AssumeRole", Second.RoleArn, static () => "sts.example", settings.Region, Token: null, Attempts: 0);
        return new ChainedExchange(Second, source, _ => _sts, new ResponseDates(), new StsExchangeRunner(settings, context, _time), _time);
    }

    private AssumeRoleResponse Answer() => new()
    {
        Credentials = new()
        {
            AccessKeyId = "ASIASECOND012345",
            SecretAccessKey = "secret",
            SessionToken = "token",
            Expiration = _time.GetUtcNow().AddHours(1).UtcDateTime,
        },
        AssumedRoleUser = new AssumedRoleUser { Arn = "arn:aws:sts::999922223333:assumed-role/second/pod" },
    };
}
