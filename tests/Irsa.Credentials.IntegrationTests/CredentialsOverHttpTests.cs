using Amazon.S3;
using Irsa.Credentials.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Irsa.Credentials.IntegrationTests;

/// <summary>The credential provider with files, HTTP and the STS client of the SDK.</summary>
[Collection(nameof(Crowd))]
public sealed class CredentialsOverHttpTests : IAsyncLifetime
{
    private LocalAws _aws = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _aws = await LocalAws.StartAsync(cancellationToken: Cancel);

    public ValueTask DisposeAsync() => _aws.DisposeAsync();

    [Fact]
    public async Task A_thousand_concurrent_first_callers_cause_one_STS_call()
    {
        await using var credentials = Create();

        var served = await Task.WhenAll(Enumerable.Range(0, 1000).Select(_ => Task.Run(() => credentials.GetCredentialsAsync(Cancel))));

        Assert.Single(_aws.Sts.Calls);
        Assert.Single(served.Distinct());
        Assert.Equal("111122223333", served[0].AccountId);
    }

    [Fact]
    public async Task A_thousand_synchronous_first_callers_on_the_pool_finish_with_one_STS_call()
    {
        using var sts = new DedicatedThreadSts();
        await using var credentials = Create(options => options.StsEndpoint = sts.Endpoint);

        var served = await Task.WhenAll(Enumerable.Range(0, 1000).Select(_ => Task.Run(credentials.GetCredentials, Cancel)));

        Assert.Equal(1, sts.Calls);
        Assert.Single(served.Distinct());
    }

    [Fact]
    public async Task The_token_on_disk_at_the_moment_of_the_exchange_is_the_one_used()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var credentials = Create(time: time);
        await credentials.GetCredentialsAsync(Cancel);
        _aws.Tokens.Rotate();
        time.Advance(TimeSpan.FromSeconds(1));

        // Exchanges are a second apart at least.
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(credentials.Invalidate((await credentials.GetCredentialsAsync(Cancel)).AccessKey));
        await credentials.GetCredentialsAsync(Cancel);

        Assert.Equal(2, _aws.Sts.Calls.Select(static call => call.TokenId).Distinct().Count());
    }

    [Fact]
    public async Task A_request_that_begins_during_a_refresh_does_not_wait_for_it()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var credentials = Create(time: time);
        var first = await credentials.GetCredentialsAsync(Cancel);
        var gate = new TaskCompletionSource();
        _aws.Sts.Faults.Next(Fault.Gate(gate.Task));

        time.Advance(TimeSpan.FromMinutes(33));
        await Eventually.IsTrueAsync(() => _aws.Sts.Calls.Count >= 2, Cancel);

        var during = credentials.GetCredentialsAsync(Cancel);
        Assert.True(during.IsCompletedSuccessfully);
        Assert.Same(first, await during);
        gate.SetResult();
        while (credentials.Status.LastRefresh == credentials.Status.Expiration || (await credentials.GetCredentialsAsync(Cancel)).AccessKey == first.AccessKey)
        {
            await Task.Yield();
        }
    }

    public static TheoryData<string, Action<LocalAws>, IrsaErrorCode> Refusals => new()
    {
        { "subject", static aws => aws.Tokens.Write(aws.Issuer.IssueToken(static t => t.ServiceAccount = "other")), IrsaErrorCode.TrustPolicyMismatch },
        { "role deleted", static aws => aws.Sts.RemoveRole(aws.RoleArn), IrsaErrorCode.TrustPolicyMismatch },
        { "audience", static aws => aws.Tokens.Write(aws.Issuer.IssueToken(static t => t.Audience = "kubernetes")), IrsaErrorCode.AudienceRejected },
        { "no provider", static aws => aws.Sts.RemoveProvider(aws.Issuer.Url.OriginalString), IrsaErrorCode.ProviderMissing },
        { "signature", static aws => aws.Tokens.Write(aws.Issuer.IssueToken(static t => t.InvalidSignature = true)), IrsaErrorCode.TokenRejected },
        { "other role", static aws => aws.Sts.Faults.Always(Fault.OtherRole("arn:aws:iam::111122223333:role/other")), IrsaErrorCode.WrongRole },
        { "region disabled", static aws => aws.Sts.Faults.Always(Fault.Error(403, "RegionDisabledException", "STS is not activated in this region")), IrsaErrorCode.RegionDisabled },
        { "empty file", static aws => aws.Tokens.Write(string.Empty), IrsaErrorCode.TokenFileEmpty },
        { "no token", static aws => aws.Tokens.Write("/var/run/secrets/token"), IrsaErrorCode.TokenInvalid },
        { "oversized", static aws => aws.Tokens.Write(new string('a', 20_001)), IrsaErrorCode.TokenTooLong },
        { "missing", static aws => aws.Tokens.Remove(), IrsaErrorCode.TokenFileNotFound },
        { "throttled", static aws => aws.Sts.Faults.Always(Fault.Throttle()), IrsaErrorCode.Throttled },
        { "server error", static aws => aws.Sts.Faults.Always(Fault.ServerError(503)), IrsaErrorCode.StsUnavailable },
        { "reset", static aws => aws.Sts.Faults.Always(Fault.Reset()), IrsaErrorCode.ConnectionBroken },
        { "hang", static aws => aws.Sts.Faults.Always(Fault.Hang()), IrsaErrorCode.Timeout },
        { "truncated", static aws => aws.Sts.Faults.Always(StsFault.HalfResponse()), IrsaErrorCode.StsResponseInvalid },
        { "empty", static aws => aws.Sts.Faults.Always(Fault.Empty()), IrsaErrorCode.StsResponseInvalid },
        { "portal", static aws => aws.Sts.Faults.Always(Fault.HtmlPage()), IrsaErrorCode.NotAnStsResponse },
        { "proxy", static aws => aws.Sts.Faults.Always(Fault.HtmlPage(407)), IrsaErrorCode.ProxyRefused },
        { "expired answer", static aws => aws.Sts.Faults.Always(Fault.ExpiredCredentials()), IrsaErrorCode.CredentialsAlreadyExpired },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task Each_failure_has_its_id_and_shows_no_secret(string what, Action<LocalAws> spoil, IrsaErrorCode expected)
    {
        Assert.NotEmpty(what);
        var token = await File.ReadAllTextAsync(_aws.Tokens.Path, Cancel);
        spoil(_aws);
        await using var credentials = Create(options =>
        {
            options.MaxAttempts = 1;

            // The first call of a process takes longer than what hangs is waited for.
            options.AttemptTimeout = expected == IrsaErrorCode.Timeout ? TimeSpan.FromMilliseconds(500) : options.AttemptTimeout;
        });

        var thrown = await Assert.ThrowsAsync<IrsaException>(() => credentials.GetCredentialsAsync(Cancel));

        Assert.Equal(expected, thrown.Code);
        Assert.Contains(thrown.Id, thrown.Message, StringComparison.Ordinal);
        Assert.NotEmpty(thrown.Remedy);
        Assert.DoesNotContain(token.Split('.')[2], thrown.ToString(), StringComparison.Ordinal);
        Assert.Equal((CredentialState.Unavailable, 1), (credentials.Status.State, credentials.Status.FailuresInARow));
    }

    [Fact]
    public async Task An_endpoint_without_a_name_or_a_listener_is_told_apart()
    {
        await using var nowhere = Create(static options =>
        {
            options.StsEndpoint = new Uri("https://sts.invalid/");
            options.MaxAttempts = 1;
        });
        await using var closed = Create(static options =>
        {
            options.StsEndpoint = new Uri("http://127.0.0.1:1/");
            options.MaxAttempts = 1;
        });

        Assert.Equal(IrsaErrorCode.HostNotFound, (await Assert.ThrowsAsync<IrsaException>(() => nowhere.GetCredentialsAsync(Cancel))).Code);
        Assert.Equal(IrsaErrorCode.ConnectionFailed, (await Assert.ThrowsAsync<IrsaException>(() => closed.GetCredentialsAsync(Cancel))).Code);
    }

    [Theory]
    [InlineData(-2)]
    [InlineData(2)]
    public async Task A_clock_two_hours_wrong_neither_discards_valid_credentials_nor_serves_expired_ones(int hours)
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow().AddHours(hours));
        await using var credentials = Create(time: time);
        var first = await credentials.GetCredentialsAsync(Cancel);
        _aws.Sts.Faults.Always(Fault.ServerError());

        time.Advance(TimeSpan.FromMinutes(58));
        Assert.Same(first, await credentials.GetCredentialsAsync(Cancel));
    }

    [Fact]
    public async Task A_session_longer_than_the_role_allows_falls_back_to_an_hour_with_one_warning()
    {
        var logs = new RecordingLoggerFactory();
        await using var credentials = Create(static options => options.SessionDuration = TimeSpan.FromHours(12), logs: logs);

        await credentials.GetCredentialsAsync(Cancel);

        Assert.Equal([43200, null], _aws.Sts.Calls.Select(static call => call.DurationSeconds));
        await logs.LineAsync("AWS identity", Cancel);
        Assert.Single(logs.Lines, static line => line.Contains("exceeds the maximum", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_second_role_is_assumed_with_the_first_and_its_session_lives_as_long_as_STS_says()
    {
        const string Second = "arn:aws:iam::999922223333:role/second";
        _aws.Sts.AddRole(Second, $$"""
            {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"{{_aws.RoleArn}}"},"Action":"sts:AssumeRole",
            "Condition":{"StringEquals":{"sts:ExternalId":"agreed"} } }]}
            """);
        _aws.Sts.Faults.Next(Fault.ShortSession(TimeSpan.FromMinutes(30)));
        await using var credentials = Create(static options => options.AssumeRole = new AssumeRoleOptions { RoleArn = Second, ExternalId = "agreed" });

        await credentials.GetCredentialsAsync(Cancel);

        Assert.Equal("arn:aws:sts::999922223333:assumed-role/second/app-0", credentials.Status.AssumedRoleArn);
        Assert.Equal(["AssumeRoleWithWebIdentity", "AssumeRole"], _aws.Sts.Calls.Select(static call => call.Action));
        Assert.True(credentials.Expiration > TimeProvider.System.GetUtcNow().AddMinutes(55).UtcDateTime);

        await using var stranger = Create(static options => options.AssumeRole = new AssumeRoleOptions { RoleArn = Second, ExternalId = "guessed" });
        Assert.Equal(IrsaErrorCode.ChainedRoleDenied, (await Assert.ThrowsAsync<IrsaException>(() => stranger.GetCredentialsAsync(Cancel))).Code);
        Assert.Throws<IrsaException>(stranger.GetCredentials);
    }

    [Fact]
    public async Task The_host_fetches_credentials_at_start_says_who_it_is_once_and_leaves_nothing_behind()
    {
        var logs = new RecordingLoggerFactory();
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton<ILoggerFactory>(logs);
        builder.Services.AddIrsaAws(Configure).AddClient<IAmazonS3, AmazonS3Config>(_aws.Configure);
        WebIdentityTokenCredentials credentials;
        using (var host = builder.Build())
        {
            await host.StartAsync(Cancel);
            Assert.Single(_aws.Sts.Calls);
            _aws.S3.CreateBucket("bucket");
            await host.Services.GetRequiredService<IAmazonS3>().PutObjectAsync(new() { BucketName = "bucket", Key = "key", ContentBody = "x" }, Cancel);
            credentials = host.Services.GetRequiredService<WebIdentityTokenCredentials>();
            await host.StopAsync(Cancel);
        }

        Assert.Equal(CredentialState.Disposed, credentials.Status.State);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => credentials.GetCredentialsAsync(Cancel));
        Assert.Single(_aws.Sts.Calls);
        await logs.LineAsync("AWS identity", Cancel);
        Assert.Single(logs.Lines, static line => line.StartsWith("Information AWS identity: arn:aws:sts::111122223333:assumed-role/local-app/app-0", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_warm_up_that_is_required_and_fails_ends_the_start()
    {
        _aws.Sts.RemoveRole(_aws.RoleArn);
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddIrsaAws(options =>
        {
            Configure(options);
            options.WarmUpAtStart = WarmUpBehavior.Require;
        });
        using var host = builder.Build();

        Assert.Equal(IrsaErrorCode.TrustPolicyMismatch, (await Assert.ThrowsAsync<IrsaException>(() => host.StartAsync(Cancel))).Code);
    }

    /// <summary>The longest time-outs, so that a slow machine fails no test.</summary>
    private void Configure(IrsaOptions options)
    {
        _aws.Configure(options);
        options.AttemptTimeout = TimeSpan.FromMinutes(1);
        options.ExchangeTimeout = TimeSpan.FromMinutes(5);
    }

    [Theory]
    [InlineData("[\"sts:AssumeRole\",\"sts:TagSession\",\"sts:SetSourceIdentity\"]", true)]
    [InlineData("[\"sts:AssumeRole\",\"sts:TagSession\"]", false)]
    public async Task A_second_session_names_who_stands_behind_it_and_which_tags_go_on(string actions, bool isAllowed)
    {
        const string Second = "arn:aws:iam::444455556666:role/second";
        _aws.Sts.AddRole(Second, $$"""{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"{{_aws.RoleArn}}"},"Action":{{actions}}}]}""");
        await using var credentials = Create(static options => options.AssumeRole = new AssumeRoleOptions
        {
            RoleArn = Second,
            SourceIdentity = "orders",
            Tags = { ["team"] = "blue", ["stage"] = "live" },
            TransitiveTagKeys = { "team" },
        });

        if (isAllowed)
        {
            await credentials.GetCredentialsAsync(Cancel);
        }
        else
        {
            Assert.Equal(IrsaErrorCode.ChainedRoleDenied, (await Assert.ThrowsAsync<IrsaException>(() => credentials.GetCredentialsAsync(Cancel))).Code);
        }

        var call = _aws.Sts.Calls.First(static call => call.Action == "AssumeRole");
        Assert.Equal(("orders", "team"), (call.SourceIdentity, Assert.Single(call.TransitiveTagKeys)));
    }

    private WebIdentityTokenCredentials Create(Action<IrsaOptions>? configure = null, TimeProvider? time = null, ILoggerFactory? logs = null)
    {
        var options = new IrsaOptions();
        Configure(options);
        configure?.Invoke(options);
        return new WebIdentityTokenCredentials(options, logs, time);
    }
}
