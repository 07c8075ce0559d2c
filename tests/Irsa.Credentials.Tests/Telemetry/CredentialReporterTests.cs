using Irsa.Credentials.Configuration;
using Irsa.Credentials.Failures;
using Irsa.Credentials.Refresh;
using Irsa.Credentials.Telemetry;
using Irsa.Credentials.Tests.Refresh;
using Irsa.Credentials.Tokens;
using Microsoft.Extensions.Time.Testing;

namespace Irsa.Credentials.Tests.Telemetry;

public sealed class CredentialReporterTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    private readonly RecordingLoggerFactory _log = new();
    private readonly CredentialReporter _reporter;

    public CredentialReporterTests() =>
        _reporter = new CredentialReporter(new IdentityTelemetry(_log, Instruments.For(null), name: null, isMadeByApplication: false), TestSettings.Create(), TestSettings.Role, static () => "sts.example", new InjectedEnvironment(static _ => null));

    public void Dispose() => _log.Dispose();

    [Theory]
    [InlineData(61, true)]
    [InlineData(-61, true)]
    [InlineData(60, false)]
    [InlineData(-60, false)]
    public void A_clock_more_than_a_minute_off_is_told_once(int seconds, bool isTold)
    {
        _reporter.Exchanged(new TokenClaims(), Now, Now.AddSeconds(seconds));
        Succeeded();
        _reporter.Exchanged(new TokenClaims(), Now, Now.AddSeconds(seconds));
        Succeeded();

        Assert.Equal(isTold ? 1 : 0, _log.EventIds.Count(static id => id == 302));
    }

    [Theory]
    [InlineData(20.0, true)]
    [InlineData(19.0, false)]
    public void A_token_that_the_kubelet_should_have_replaced_is_told_once(double hoursOld, bool isTold)
    {
        var token = new TokenClaims { IssuedAt = Now.AddHours(-hoursOld), Expiration = Now.AddHours(24 - hoursOld) };

        _reporter.Exchanged(token, null, Now);
        Succeeded();
        _reporter.Exchanged(token, null, Now);
        Succeeded();

        Assert.Equal(isTold ? 1 : 0, _log.EventIds.Count(static id => id == 202));
    }

    [Fact]
    public void A_token_file_that_everyone_may_write_is_told_once_until_that_ends()
    {
        var warning = TokenFileFailures.WorldWritable("/token", UnixFileMode.OtherWrite, isDirectory: false);
        foreach (var seen in (Failure?[])[warning, warning, null, warning, warning])
        {
            _reporter.TokenRead(seen);
            Succeeded();
        }

        Assert.Equal(2, _log.EventIds.Count(static id => id == 203));
    }

    /// <summary>Callers wait for the exchange, and the logger may itself need AWS.</summary>
    [Fact]
    public void What_an_exchange_reports_is_logged_after_its_end_be_that_good_or_bad()
    {
        _reporter.TokenExpired(ScriptedExchange.Failure());
        Assert.Empty(_log.EventIds);
        Failed();
        Assert.Equal([201, 102], _log.EventIds);

        _reporter.DurationRefused(ScriptedExchange.Failure());
        Assert.Equal([201, 102], _log.EventIds);
        Succeeded();
        Assert.Equal([201, 102, 301, 100], _log.EventIds);
    }

    private void Succeeded()
    {
        var result = new ScriptedExchange(new FakeTimeProvider(Now)).Issue();
        _reporter.Succeeded(new CredentialSnapshot(result, TimeSpan.FromMinutes(30), TimeSpan.FromSeconds(60), 0, Now), TimeSpan.Zero, ended: null, isFirst: true);
    }

    private void Failed() => _reporter.Failed(
        new FailureStreak(ScriptedExchange.Failure(), 1, 0, Now, Now, LeftNothing: true, LeftNothingBefore: false, InputVersion: null), TimeSpan.Zero, stillServed: null);
}
