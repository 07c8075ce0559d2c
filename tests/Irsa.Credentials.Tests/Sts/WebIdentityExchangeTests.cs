using System.Net;
using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;
using Irsa.Credentials.AwsSdk;
using Irsa.Credentials.Configuration;
using Irsa.Credentials.Failures;
using Irsa.Credentials.Refresh;
using Irsa.Credentials.Sts;
using Irsa.Credentials.Telemetry;
using Irsa.Credentials.Tests.Tokens;
using Irsa.Credentials.Tokens;
using Microsoft.Extensions.Time.Testing;
using NSubstitute;

namespace Irsa.Credentials.Tests.Sts;

public sealed class WebIdentityExchangeTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
    private readonly IAmazonSecurityTokenService _sts = Substitute.For<IAmazonSecurityTokenService>();
    private readonly IExchangeObserver _observer = Substitute.For<IExchangeObserver>();
    private readonly MemoryToken _tokens = new();
    private IrsaSettings _settings = TestSettings.Create();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private ExchangeRequest Urgent => new(usableUntil: long.MinValue, TimeSpan.Zero, MonotonicClock.Of(_time));

    private ExchangeRequest InBackground => new(usableUntil: long.MaxValue, TimeSpan.Zero, MonotonicClock.Of(_time));

    [Fact]
    public async Task The_request_says_what_the_settings_and_the_token_say()
    {
        _settings = _settings with { SessionDuration = TimeSpan.FromHours(2), SessionPolicy = "{}", SessionPolicyArns = ["arn:policy"] };
        Answers(_ => Answer(TimeSpan.FromHours(2)));

        var result = await ExchangeAsync();

        var request = Assert.Single(Requests());
        Assert.Equal(
            (TestSettings.Role, "orders-1", TestToken.Create(), 7200, "{}", "arn:policy"),
            (request.RoleArn, request.RoleSessionName, request.WebIdentityToken, request.DurationSeconds, request.Policy, request.PolicyArns.Single().Arn));
        Assert.Equal(("ASIAKEY0123456789", "111122223333", TimeSpan.FromHours(2)), (result.Keys.AccessKey, result.Keys.AccountId, result.Lifetime));
    }

    /// <summary>A server that is not what it seems may keep what it issued, and repeat it when it refuses.</summary>
    [Fact]
    public async Task A_refusal_that_repeats_the_keys_of_the_last_two_sessions_or_an_earlier_token_shows_none_of_them()
    {
        string[] secrets = ["first+secret/KEY0123456789aBcDeFgHiJkLm", "first+TOKEN/abcdefghijklmnop0123456789", "second+secret/KEY9876543210zYxWvUtSrQp", "second+TOKEN/qrstuvwxyz0123456789"];
        var calls = 0;
        Answers(_ =>
        {
            if (++calls > 2)
            {
                throw Refusal("ValidationError", 400, $"not {string.Join(" nor ", secrets)}");
            }

            var answer = Answer();
            (answer.Credentials.SecretAccessKey, answer.Credentials.SessionToken) = (secrets[(2 * calls) - 2], secrets[(2 * calls) - 1]);
            return answer;
        });
        var exchange = Create();
        Assert.NotNull((await exchange.ExchangeAsync(Urgent, Cancel)).Result);
        Assert.NotNull((await exchange.ExchangeAsync(Urgent, Cancel)).Result);

        var failure = (await exchange.ExchangeAsync(Urgent, Cancel)).Failure!;

        var shown = failure.ToException().ToString();
        Assert.All(secrets, secret => Assert.DoesNotContain(secret[^12..], shown, StringComparison.Ordinal));
        Assert.Contains("[removed]", shown, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("AccessDenied", 403, "Not authorized to perform sts:AssumeRoleWithWebIdentity", IrsaErrorCode.TrustPolicyMismatch)]
    [InlineData("InvalidIdentityToken", 400, "No OpenIDConnect provider found in your account for https://x", IrsaErrorCode.ProviderMissing)]
    public async Task A_permanent_refusal_costs_one_call(string code, int status, string sentence, IrsaErrorCode expected)
    {
        Answers(_ => throw Refusal(code, status, sentence));

        var thrown = await Assert.ThrowsAsync<IrsaException>(ExchangeAsync);

        Assert.Equal((expected, code, status, "request-1", "system:serviceaccount:shop:orders"), (thrown.Code, thrown.StsErrorCode, thrown.HttpStatus, thrown.RequestId, thrown.TokenSubject));
        Assert.Single(Requests());
    }

    [Theory]
    [InlineData("Throttling", 400, "Rate exceeded")]
    [InlineData("IDPCommunicationError", 400, "")]
    [InlineData("InvalidIdentityToken", 400, "Couldn't retrieve verification key from your identity provider")]
    [InlineData("InternalFailure", 500, "")]
    public async Task A_transient_refusal_is_tried_again(string code, int status, string sentence)
    {
        var calls = 0;
        Answers(_ => ++calls < 3 ? throw Refusal(code, status, sentence) : Answer());

        await Driven(ExchangeAsync());

        Assert.Equal(3, Requests().Count);
    }

    [Fact]
    public async Task Where_nobody_waits_the_schedule_tries_again_and_not_the_exchange()
    {
        Answers(_ => throw Refusal("Throttling", 400, "Rate exceeded"));

        Assert.NotNull((await Create().ExchangeAsync(InBackground, Cancel)).Failure);

        Assert.Single(Requests());
    }

    [Fact]
    public async Task A_refresh_during_which_the_credentials_expire_is_tried_again_like_any_other_that_callers_wait_for()
    {
        var clock = MonotonicClock.Of(_time);
        var request = new ExchangeRequest(clock.Milliseconds + 1000, TimeSpan.Zero, clock);
        var calls = 0;
        Answers(_ =>
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            return ++calls < 3 ? throw Refusal("Throttling", 400, "Rate exceeded") : Answer();
        });

        await Driven(Create().ExchangeAsync(request, Cancel));

        Assert.Equal(3, Requests().Count);
    }

    [Fact]
    public async Task The_number_of_attempts_is_bounded_and_told()
    {
        Answers(_ => throw Refusal("Throttling", 400, "Rate exceeded"));

        var thrown = await Assert.ThrowsAsync<IrsaException>(() => Driven(ExchangeAsync()));

        Assert.Equal((4, IrsaErrorCode.Throttled), (thrown.Attempts, thrown.Code));
        Assert.Equal(4, Requests().Count);
    }

    [Fact]
    public async Task A_server_that_never_answers_costs_the_budget_and_no_more()
    {
        _sts.AssumeRoleWithWebIdentityAsync(null, Arg.Any<CancellationToken>()).ReturnsForAnyArgs(static async call =>
        {
            await new TaskCompletionSource().Task.WaitAsync(call.Arg<CancellationToken>());
            return new AssumeRoleWithWebIdentityResponse();
        });
        var started = _time.GetTimestamp();

        var thrown = await Assert.ThrowsAsync<IrsaException>(() => Driven(ExchangeAsync()));

        Assert.Equal(IrsaErrorCode.Timeout, thrown.Code);
        Assert.InRange(_time.GetElapsedTime(started), TimeSpan.FromSeconds(19), TimeSpan.FromSeconds(21));
    }

    [Fact]
    public async Task A_call_that_hangs_is_ended_by_its_own_time_out_and_made_again()
    {
        var calls = 0;
        _sts.AssumeRoleWithWebIdentityAsync(null, Arg.Any<CancellationToken>()).ReturnsForAnyArgs(async call =>
        {
            await (++calls == 1 ? new TaskCompletionSource().Task.WaitAsync(call.Arg<CancellationToken>()) : Task.CompletedTask);
            return Answer();
        });
        var started = _time.GetTimestamp();

        await Driven(ExchangeAsync());

        Assert.Equal(2, calls);
        Assert.InRange(_time.GetElapsedTime(started), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task An_answer_that_the_time_out_cuts_off_is_a_time_out_whatever_the_SDK_makes_of_it()
    {
        _settings = _settings with { MaxAttempts = 1 };
        _sts.AssumeRoleWithWebIdentityAsync(null, Arg.Any<CancellationToken>()).ReturnsForAnyArgs(static async Task<AssumeRoleWithWebIdentityResponse> (call) =>
        {
            await new TaskCompletionSource().Task.WaitAsync(call.Arg<CancellationToken>()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw new System.Xml.XmlException("Unexpected end of file.");
        });

        Assert.Equal(IrsaErrorCode.Timeout, (await Assert.ThrowsAsync<IrsaException>(() => Driven(ExchangeAsync()))).Code);
    }

    [Fact]
    public async Task A_token_file_that_is_missing_for_a_moment_fails_nothing()
    {
        Answers(_ => Answer());
        _tokens.IsMissing = true;
        var exchange = Create().ExchangeAsync(InBackground, Cancel);
        Assert.False(exchange.IsCompleted);

        _tokens.IsMissing = false;

        await Driven(exchange);
        Assert.Single(Requests());
    }

    [Fact]
    public async Task A_token_file_that_remains_missing_is_waited_for_once_and_not_in_every_attempt()
    {
        _tokens.IsMissing = true;

        var thrown = await Assert.ThrowsAsync<IrsaException>(() => Driven(ExchangeAsync()));

        Assert.Equal((IrsaErrorCode.TokenFileNotFound, _settings.MaxAttempts + 1), (thrown.Code, _tokens.Reads));
    }

    [Theory]
    [InlineData(50)]
    [InlineData(1000)]
    public async Task A_budget_that_ends_while_the_token_file_is_missing_says_so(int milliseconds)
    {
        _settings = _settings with { ExchangeTimeout = TimeSpan.FromMilliseconds(milliseconds), MaxAttempts = 10 };
        _tokens.IsMissing = true;

        Assert.Equal(IrsaErrorCode.TokenFileNotFound, (await Assert.ThrowsAsync<IrsaException>(() => Driven(ExchangeAsync()))).Code);
    }

    [Fact]
    public async Task With_one_attempt_a_token_file_that_remains_missing_is_not_looked_for_again()
    {
        _settings = _settings with { MaxAttempts = 1 };
        _tokens.IsMissing = true;

        Assert.Equal(IrsaErrorCode.TokenFileNotFound, (await Assert.ThrowsAsync<IrsaException>(() => Driven(ExchangeAsync()))).Code);
        Assert.Equal(2, _tokens.Reads);
    }

    [Fact]
    public async Task A_look_at_the_token_file_that_hangs_ends_with_the_time_limit_and_that_cause()
    {
        _tokens.Hangs = true;
        var started = _time.GetTimestamp();

        var thrown = await Assert.ThrowsAsync<IrsaException>(() => Driven(ExchangeAsync()));

        Assert.Equal((IrsaErrorCode.TokenFileUnreadable, 0), (thrown.Code, thrown.Attempts));
        Assert.Contains("did not answer in time", thrown.Message, StringComparison.Ordinal);
        Assert.InRange(_time.GetElapsedTime(started), _settings.ExchangeTimeout, _settings.ExchangeTimeout + TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task A_time_limit_that_ends_the_first_call_is_STSs_and_not_the_token_files()
    {
        _settings = _settings with { ExchangeTimeout = TimeSpan.FromSeconds(4) };
        _sts.AssumeRoleWithWebIdentityAsync(null, Arg.Any<CancellationToken>()).ReturnsForAnyArgs(static async call =>
        {
            await new TaskCompletionSource().Task.WaitAsync(call.Arg<CancellationToken>());
            return new AssumeRoleWithWebIdentityResponse();
        });

        var thrown = await Assert.ThrowsAsync<IrsaException>(() => Driven(ExchangeAsync()));

        Assert.Equal((IrsaErrorCode.Timeout, 1), (thrown.Code, thrown.Attempts));
    }

    [Fact]
    public async Task The_outcome_carries_the_version_that_was_read_in_success_and_failure()
    {
        Answers(_ => Answer());
        var succeeded = await Create().ExchangeAsync(Urgent, Cancel);
        _tokens.IsMissing = true;
        var failed = await Driven(Create().ExchangeAsync(Urgent, Cancel));

        Assert.Equal((_tokens.ReadVersion(), _tokens.ReadVersion()), (succeeded.InputVersion, failed.InputVersion));
        Assert.Equal((true, false), (succeeded.Failure is null, failed.Failure is null));
    }

    [Fact]
    public async Task The_number_of_attempts_bounds_the_calls_that_follow_a_cure_too()
    {
        _settings = _settings with { SessionDuration = TimeSpan.FromHours(12), MaxAttempts = 2 };
        Answers(static request => throw (request.DurationSeconds is null
            ? Refusal("Throttling", 400, "Rate exceeded")
            : Refusal("ValidationError", 400, "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.")));

        var thrown = await Assert.ThrowsAsync<IrsaException>(() => Driven(ExchangeAsync()));

        Assert.Equal((IrsaErrorCode.Throttled, 2, 2), (thrown.Code, thrown.Attempts, Requests().Count));
    }

    [Fact]
    public async Task An_expired_token_is_waited_for_and_the_new_one_is_sent()
    {
        var second = TestToken.Create("""{"sub":"rotated"}""");
        Answers(request => request.WebIdentityToken == second ? Answer() : throw Refusal("ExpiredTokenException", 400, "Token expired"));
        _observer.When(static observer => observer.TokenExpired(Arg.Any<Failure>())).Do(_ => _tokens.Text = second);

        await Driven(ExchangeAsync());

        Assert.Equal([TestToken.Create(), second], Requests().Select(static request => request.WebIdentityToken));
    }

    [Fact]
    public async Task A_token_that_remains_expired_ends_at_the_budget_with_that_cause()
    {
        Answers(_ => throw Refusal("ExpiredTokenException", 400, "Token expired"));

        var thrown = await Assert.ThrowsAsync<IrsaException>(() => Driven(ExchangeAsync()));

        Assert.Equal((IrsaErrorCode.TokenExpired, 1), (thrown.Code, Requests().Count));
    }

    [Fact]
    public async Task A_duration_above_the_roles_maximum_is_given_up_for_good_with_one_report()
    {
        _settings = _settings with { SessionDuration = TimeSpan.FromHours(12) };
        Answers(static request => request.DurationSeconds is null
            ? Answer()
            : throw Refusal("ValidationError", 400, "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."));
        using var exchange = Create();

        await exchange.ExchangeAsync(Urgent, Cancel);
        await exchange.ExchangeAsync(Urgent, Cancel);

        Assert.Equal([43200, null, null], Requests().Select(static request => request.DurationSeconds));
        _observer.Received(1).DurationRefused(Arg.Any<Failure>());
    }

    [Fact]
    public async Task Credentials_of_another_role_are_a_permanent_failure()
    {
        Answers(static _ => Answer(arn: "arn:aws:sts::111122223333:assumed-role/other/pod"));

        Assert.Equal(IrsaErrorCode.WrongRole, (await Assert.ThrowsAsync<IrsaException>(ExchangeAsync)).Code);
        Assert.Single(Requests());
    }

    [Fact]
    public async Task Credentials_that_have_expired_already_are_a_failure()
    {
        Answers(_ => Answer(TimeSpan.FromMinutes(-1)));

        Assert.Equal(IrsaErrorCode.CredentialsAlreadyExpired, (await Assert.ThrowsAsync<IrsaException>(() => Driven(ExchangeAsync()))).Code);
    }

    [Fact]
    public async Task An_answer_without_a_session_token_is_a_failure()
    {
        Answers(static _ =>
        {
            var answer = Answer();
            answer.Credentials.SessionToken = null;
            return answer;
        });

        Assert.Equal(IrsaErrorCode.StsResponseInvalid, (await Assert.ThrowsAsync<IrsaException>(() => Driven(ExchangeAsync()))).Code);
    }

    [Fact]
    public async Task Cancellation_ends_the_exchange_as_cancellation()
    {
        using var cancelled = new CancellationTokenSource();
        Answers(_ => throw Refusal("Throttling", 400, "Rate exceeded"));
        var running = Create().ExchangeAsync(Urgent, cancelled.Token);

        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    private static ExchangeResult Result(ExchangeOutcome outcome) => outcome.Result ?? throw outcome.Failure!.ToException();

    private static AmazonSecurityTokenServiceException Refusal(string code, int status, string sentence) =>
        new(sentence, Amazon.Runtime.ErrorType.Sender, code, "request-1", (HttpStatusCode)status);

    private static AssumeRoleWithWebIdentityResponse Answer(TimeSpan? lifetime = null, string arn = "arn:aws:sts::111122223333:assumed-role/app/orders-1") => new()
    {
        Credentials = new()
        {
            AccessKeyId = "ASIAKEY0123456789",
            SecretAccessKey = "secret",
            SessionToken = "token",
            Expiration = new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero).Add(lifetime ?? TimeSpan.FromHours(1)).UtcDateTime,
        },
        AssumedRoleUser = new AssumedRoleUser { Arn = arn },
    };

    private void Answers(Func<AssumeRoleWithWebIdentityRequest, AssumeRoleWithWebIdentityResponse> answer) =>
        _sts.AssumeRoleWithWebIdentityAsync(null, Arg.Any<CancellationToken>()).ReturnsForAnyArgs(call => answer(call.Arg<AssumeRoleWithWebIdentityRequest>()));

    private List<AssumeRoleWithWebIdentityRequest> Requests() => [.. _sts.ReceivedCalls().Select(static call => call.GetArguments()[0]).OfType<AssumeRoleWithWebIdentityRequest>()];

    private WebIdentityExchange Create()
    {
        var context = new ExchangeContext("AssumeRoleWithWebIdentity", _settings.RoleArn, static () => "sts.example", _settings.Region, Token: null, Attempts: 0);
        return new WebIdentityExchange(_settings, _tokens, () => _sts, new ResponseDates(), new StsExchangeRunner(_settings, context, _time), _observer, _time);
    }

    private async Task<ExchangeResult> ExchangeAsync() => Result(await Create().ExchangeAsync(Urgent, Cancel));

    /// <summary>
    /// Lets fake time run until the exchange ends. Its token is in memory and its continuations run inside the clock's own callbacks, so time
    /// cannot outrun it.
    /// </summary>
    private async Task<T> Driven<T>(Task<T> exchange)
    {
        while (!exchange.IsCompleted)
        {
            _time.Advance(TimeSpan.FromMilliseconds(50));
            await Task.WhenAny(exchange, Task.Run(static () => { }, Cancel));
        }

        return await exchange;
    }

    private sealed class MemoryToken : ITokenSource
    {
        public string Text { get; set; } = TestToken.Create();

        public bool IsMissing { get; set; }

        public bool Hangs { get; set; }

        public int Reads { get; private set; }

        public Task<TokenReadResult> ReadAsync(CancellationToken cancellationToken)
        {
            Reads++;
            if (Hangs)
            {
                return new TaskCompletionSource<TokenReadResult>().Task.WaitAsync(cancellationToken);
            }

            if (IsMissing)
            {
                return Task.FromResult(TokenReadResult.Failed(TokenFileFailures.Unreadable("/token", new FileNotFoundException()), ReadVersion()));
            }

            Assert.True(TokenParser.TryParse(Text, out var claims, out _));
            return Task.FromResult(TokenReadResult.Read(new WebIdentityToken(Text, claims), ReadVersion()));
        }

        public TokenFileVersion ReadVersion() => new(Text, Text.Length, default);

        public Failure TimedOut() => TokenFileFailures.TimedOut("/token");

        public Task<bool> WaitForChangeAsync(TokenFileVersion seen, CancellationToken cancellationToken) =>
            ReadVersion() == seen ? new TaskCompletionSource<bool>().Task.WaitAsync(cancellationToken) : Task.FromResult(true);
    }
}
