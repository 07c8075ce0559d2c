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

public sealed class ChainedExchangeTests : IDisposable
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
    private readonly IAmazonSecurityTokenService _sts = Substitute.For<IAmazonSecurityTokenService>();
    private readonly List<string> _signedWith = [];
    private readonly ScriptedExchange _first;
    private readonly CredentialCache _source;
    private ChainedRole _role = new("arn:aws:iam::999922223333:role/second", null, null, null, new Dictionary<string, string>());

    public ChainedExchangeTests()
    {
        _first = new ScriptedExchange(_time);
        _first.AnswerAll();
        _source = new CredentialCache(
            TestSettings.Role, _first, new RefreshSchedule(0.5, static () => 0.5), TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(20), new RecordingObserver(), _time);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _source.Dispose();

    [Fact]
    public async Task The_request_says_what_the_options_say_and_takes_the_first_session_name()
    {
        _role = _role with { ExternalId = "agreed", SessionDuration = TimeSpan.FromMinutes(30), Tags = new Dictionary<string, string> { ["team"] = "blue", ["stage"] = "live" }, TransitiveTagKeys = ["team"], SourceIdentity = "someone" };
        Answers(_ => Answer());

        await ExchangeAsync();

        var request = Assert.Single(Requests());
        Assert.Equal((_role.RoleArn, "pod", "agreed", 1800), (request.RoleArn, request.RoleSessionName, request.ExternalId, request.DurationSeconds));
        Assert.Equal([("team", "blue"), ("stage", "live")], request.Tags.Select(static tag => (tag.Key, tag.Value)));
        Assert.Equal(("team", "someone"), (Assert.Single(request.TransitiveTagKeys), request.SourceIdentity));
        Assert.Equal(["KEY1"], _signedWith);
    }

    [Fact]
    public async Task A_session_name_of_the_second_roles_own_is_the_one_that_is_asked_for()
    {
        _role = _role with { RoleSessionName = "own" };
        Answers(_ => Answer());

        await ExchangeAsync();

        Assert.Equal("own", Assert.Single(Requests()).RoleSessionName);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(25)]
    [InlineData(120)]
    public async Task The_second_session_lives_as_long_as_STS_says_whatever_is_left_of_the_first(int minutes)
    {
        _first.Lifetime = TimeSpan.FromMinutes(minutes);
        Answers(_ => Answer());

        var result = await ExchangeAsync();

        Assert.Equal((TimeSpan.FromHours(1), _time.GetUtcNow().AddHours(1)), (result.Lifetime, result.Expiration));
        Assert.Equal(1, _first.Calls);
    }

    [Theory]
    [InlineData("ExpiredToken")]
    [InlineData("InvalidClientTokenId")]
    public async Task A_first_session_that_STS_refuses_is_replaced_and_the_call_made_again(string code)
    {
        Answers(_ => _signedWith[^1] == "KEY1" ? throw Refusal(code) : Answer());

        await ExchangeAsync();

        Assert.Equal(["KEY1", "KEY2"], _signedWith);
    }

    [Fact]
    public async Task A_first_session_that_STS_refuses_whatever_it_is_costs_two_calls_and_is_not_replaced_again_for_a_while()
    {
        Answers(static _ => throw Refusal("ExpiredToken"));

        var thrown = await Assert.ThrowsAsync<IrsaException>(ExchangeAsync);
        await Assert.ThrowsAsync<IrsaException>(ExchangeAsync);

        Assert.Equal(("ExpiredToken", 2), (thrown.StsErrorCode, thrown.Attempts));
        Assert.Equal(["KEY1", "KEY2", "KEY2"], _signedWith);
    }

    [Fact]
    public async Task A_refused_first_session_that_cannot_be_replaced_fails_for_that_cause()
    {
        Answers(_ =>
        {
            _first.FailAll(permanent: true);
            throw Refusal("ExpiredToken");
        });

        Assert.Equal(IrsaErrorCode.TrustPolicyMismatch, (await Assert.ThrowsAsync<IrsaException>(ExchangeAsync)).Code);
    }

    [Fact]
    public async Task Another_refusal_leaves_the_first_session_alone()
    {
        Answers(static _ => throw Refusal("AccessDenied"));

        Assert.Equal(IrsaErrorCode.ChainedRoleDenied, (await Assert.ThrowsAsync<IrsaException>(ExchangeAsync)).Code);

        Assert.Equal(["KEY1"], _signedWith);
        Assert.NotNull(_source.Current);
    }

    [Fact]
    public async Task The_input_version_is_that_of_the_first_session_and_known_before_there_is_one()
    {
        var exchange = Create();
        var atStart = exchange.ReadInputVersion();
        Assert.NotNull(atStart);
        Assert.Equal(atStart, exchange.ReadInputVersion());

        await _source.GetAsync(Cancel);

        Assert.NotEqual(atStart, exchange.ReadInputVersion());
        Assert.Equal(0, _first.InputReads);
    }

    [Theory]
    [InlineData("AccessDenied")]
    [InlineData("ExpiredToken")]
    public async Task A_failure_after_the_first_session_has_come_is_no_reason_for_another_exchange(string code)
    {
        Answers(_ => throw Refusal(code));
        var exchange = Create();
        if (code == "ExpiredToken")
        {
            // The session is replaced during the exchange, and exchanges are a second apart at least.
            await _source.GetAsync(Cancel);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        var outcome = await exchange.ExchangeAsync(new ExchangeRequest(usableUntil: long.MinValue, TimeSpan.Zero, MonotonicClock.Of(_time)), Cancel);

        Assert.Equal(exchange.ReadInputVersion(), outcome.InputVersion);
    }

    [Fact]
    public async Task The_second_roles_pause_ends_soon_after_the_first_role_has_credentials_again()
    {
        _first.FailAll(permanent: true);
        _first.InputVersion = "first";
        Answers(_ => Answer());
        using var second = new CredentialCache(
            _role.RoleArn, Create(), new RefreshSchedule(0.5, static () => 0.5), TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(40), new RecordingObserver(), _time);
        await Assert.ThrowsAsync<IrsaException>(() => second.GetAsync(Cancel));

        // So long that the clock, which runs until the second role has credentials, does not come to its refresh.
        _first.Lifetime = TimeSpan.FromDays(30);
        _first.AnswerAll();
        _first.InputVersion = "rotated";
        _time.Advance(TimeSpan.FromSeconds(1));
        await Eventually.IsTrueAsync(() => _source.Current is not null, Cancel);
        await Eventually.IsTrueAsync(
            () =>
            {
                _time.Advance(TimeSpan.FromSeconds(1));
                return second.Current is not null;
            },
            Cancel);

        Assert.Equal(2, _first.Calls);
    }

    private static ExchangeResult Result(ExchangeOutcome outcome) => outcome.Result ?? throw outcome.Failure!.ToException();

    private static AmazonSecurityTokenServiceException Refusal(string code) =>
        new("refused", Amazon.Runtime.ErrorType.Sender, code, "request-1", System.Net.HttpStatusCode.Forbidden);

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

    private void Answers(Func<AssumeRoleRequest, AssumeRoleResponse> answer) =>
        _sts.AssumeRoleAsync(null, Arg.Any<CancellationToken>()).ReturnsForAnyArgs(call => answer(call.Arg<AssumeRoleRequest>()));

    private List<AssumeRoleRequest> Requests() => [.. _sts.ReceivedCalls().Select(static call => call.GetArguments().FirstOrDefault()).OfType<AssumeRoleRequest>()];

    private ChainedExchange Create() => new(
        _role,
        _source,
        credentials =>
        {
            _signedWith.Add(credentials.GetCredentials().AccessKey);
            return _sts;
        },
        new ResponseDates(),
        new StsExchangeRunner(TestSettings.Create(), new ExchangeContext("AssumeRole", _role.RoleArn, static () => "sts.example", "eu-central-1", Token: null, Attempts: 0), _time),
        _time);

    /// <summary>The first session is a second old, so that it can be replaced at once.</summary>
    private async Task<ExchangeResult> ExchangeAsync()
    {
        await _source.GetAsync(Cancel);
        _time.Advance(TimeSpan.FromSeconds(1));
        return Result(await Create().ExchangeAsync(new ExchangeRequest(usableUntil: long.MinValue, TimeSpan.Zero, MonotonicClock.Of(_time)), Cancel));
    }
}
