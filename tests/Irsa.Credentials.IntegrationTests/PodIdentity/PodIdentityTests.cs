using System.Net;
using Amazon.S3;
using Amazon.S3.Model;
using Irsa.Credentials.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Irsa.Credentials.IntegrationTests.PodIdentity;

/// <summary>EKS Pod Identity as the source: the same engine, so the same good and bad days.</summary>
[Collection(nameof(Crowd))]
public sealed class PodIdentityTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());
    private LocalAws _aws = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _aws = await LocalAws.StartAsync(
        options =>
        {
            options.Buckets.Add("bucket");
            options.TimeProvider = _time;
        },
        Cancel);

    public ValueTask DisposeAsync() => _aws.DisposeAsync();

    [Fact]
    public async Task A_client_signs_with_the_credentials_of_the_agent_and_STS_is_not_called()
    {
        var logs = new RecordingLoggerFactory();
        var services = new ServiceCollection().AddLogging().AddSingleton<ILoggerFactory>(logs);
        services.AddIrsaAws(options =>
        {
            _aws.ConfigurePodIdentity(options);
            options.TimeProvider = _time;
        }).AddClient<IAmazonS3, AmazonS3Config>(_aws.Configure);
        services.AddHealthChecks().AddIrsa();
        await using var provider = services.BuildServiceProvider();

        await provider.GetRequiredService<IAmazonS3>().PutObjectAsync(new PutObjectRequest { BucketName = "bucket", Key = "key", ContentBody = "text" }, Cancel);

        var status = provider.GetRequiredService<WebIdentityTokenCredentials>().Status;
        var health = await provider.GetRequiredService<HealthCheckService>().CheckHealthAsync(Cancel);
        Assert.Equal((1, 0), (_aws.PodIdentity.Calls, _aws.Sts.Calls.Count));
        Assert.Equal((CredentialState.Valid, "EKS Pod Identity", null), (status.State, status.RoleArn, status.AssumedRoleArn));
        Assert.Equal(HealthStatus.Healthy, health.Status);
        await logs.LineAsync("from EKS Pod Identity", Cancel);
    }

    [Fact]
    public async Task A_thousand_concurrent_first_callers_cause_one_call()
    {
        await using var credentials = Create();

        var served = await Task.WhenAll(Enumerable.Range(0, 1000).Select(i => Task.Run(
            () => i % 2 == 0 ? credentials.GetCredentialsAsync(Cancel) : Task.FromResult(credentials.GetCredentials()))));

        Assert.Equal(1, _aws.PodIdentity.Calls);
        Assert.Single(served.Distinct());
        Assert.Equal("111122223333", served[0].AccountId);
    }

    [Theory]
    [InlineData(400, "AccessDeniedException", IrsaErrorCode.ContainerAccessDenied, true, 1)]
    [InlineData(404, "ResourceNotFoundException", IrsaErrorCode.AssociationMissing, true, 1)]
    [InlineData(400, "InvalidTokenException", IrsaErrorCode.ContainerTokenRejected, true, 1)]
    [InlineData(400, "InvalidRequestException", IrsaErrorCode.ContainerTokenRejected, true, 1)]
    [InlineData(429, "ThrottlingException", IrsaErrorCode.ContainerUnavailable, false, 2)]
    [InlineData(500, "InternalServerException", IrsaErrorCode.ContainerUnavailable, false, 2)]
    [InlineData(503, "ServiceUnavailableException", IrsaErrorCode.ContainerUnavailable, false, 2)]
    public async Task A_refusal_explains_itself_and_is_repeated_only_where_that_can_help(int status, string code, IrsaErrorCode expected, bool isPermanent, int calls)
    {
        _aws.PodIdentity.Faults.Always(Fault.Error(status, code, "the agent's own words"));
        await using var credentials = CreateInRealTime();

        var thrown = await Assert.ThrowsAsync<IrsaException>(() => credentials.GetCredentialsAsync(Cancel));

        Assert.Equal((expected, isPermanent, calls), (thrown.Code, thrown.IsPermanent, _aws.PodIdentity.Calls));
        Assert.Contains("the agent's own words", thrown.Message, StringComparison.Ordinal);
        Assert.Equal((status, code), (thrown.HttpStatus, thrown.StsErrorCode));
        Assert.DoesNotContain(await File.ReadAllTextAsync(_aws.PodIdentity.Tokens.Path, Cancel), thrown.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_that_repeats_the_token_does_not_show_it()
    {
        var token = await File.ReadAllTextAsync(_aws.PodIdentity.Tokens.Path, Cancel);
        _aws.PodIdentity.Faults.Always(Fault.Error(400, "InvalidTokenException", $"Service account token {token} is not valid"));
        await using var credentials = CreateInRealTime();

        var thrown = await Assert.ThrowsAsync<IrsaException>(() => credentials.GetCredentialsAsync(Cancel));

        Assert.DoesNotContain(token.Split('.')[2], thrown.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(token.Split('.')[1], thrown.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("application/json", "{}")]
    [InlineData("application/json", "[]")]
    [InlineData("application/json", "{\"AccessKeyId\":\"ASIA1\",\"SecretAccessKey\":\"s\",\"Token\":\"t\"}")]
    [InlineData("application/json", "{\"AccessKeyId\":\"ASIA1\",\"SecretAccessKey\":\"s\",\"Token\":\"t\",\"Expiration\":\"soon\"}")]
    [InlineData("application/json", "{\"AccessKeyId\":\"ASIA1\",\"SecretAccessKey\":\"s\\r\\nx\",\"Token\":\"t\",\"Expiration\":\"2030-01-01T00:00:00Z\"}")]
    [InlineData("text/html", "<html>Sign in</html>")]
    public async Task An_answer_that_cannot_be_used_is_refused(string type, string body)
    {
        _aws.PodIdentity.Faults.Always(Fault.Body(200, type, body));
        await using var credentials = CreateInRealTime();

        var thrown = await Assert.ThrowsAsync<IrsaException>(() => credentials.GetCredentialsAsync(Cancel));

        Assert.Equal(IrsaErrorCode.ContainerResponseInvalid, thrown.Code);
    }

    [Fact]
    public async Task Credentials_that_have_expired_are_refused()
    {
        _aws.PodIdentity.Faults.Always(Fault.Body(
            200, "application/json", "{\"AccessKeyId\":\"ASIA1\",\"SecretAccessKey\":\"s\",\"Token\":\"t\",\"Expiration\":\"2020-01-01T00:00:00Z\"}"));
        await using var credentials = CreateInRealTime();

        var thrown = await Assert.ThrowsAsync<IrsaException>(() => credentials.GetCredentialsAsync(Cancel));

        Assert.Equal(IrsaErrorCode.CredentialsAlreadyExpired, thrown.Code);
    }

    [Fact]
    public async Task An_agent_that_never_answers_costs_the_time_limit()
    {
        _aws.PodIdentity.Faults.Always(Fault.Hang());
        await using var credentials = CreateInRealTime(static options =>
        {
            options.AttemptTimeout = TimeSpan.FromMilliseconds(100);
            options.ExchangeTimeout = TimeSpan.FromMilliseconds(300);
        });

        var thrown = await Assert.ThrowsAsync<IrsaException>(() => credentials.GetCredentialsAsync(Cancel));

        Assert.Equal((IrsaErrorCode.ContainerUnreachable, false), (thrown.Code, thrown.IsPermanent));
        Assert.Contains("did not answer", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_agent_that_is_not_there_yet_is_asked_again()
    {
        var gone = new Uri(_aws.PodIdentity.Endpoint, "/v1/credentials");
        await using var other = await LocalAws.StartAsync(cancellationToken: Cancel);
        var closed = other.PodIdentity.Endpoint;
        await other.DisposeAsync();
        await using var credentials = CreateInRealTime(options => options.ContainerCredentialsUri = closed);

        var thrown = await Assert.ThrowsAsync<IrsaException>(() => credentials.GetCredentialsAsync(Cancel));

        Assert.Equal((IrsaErrorCode.ContainerUnreachable, false, 2), (thrown.Code, thrown.IsPermanent, thrown.Attempts));
        Assert.Contains("eks-pod-identity-agent", thrown.Remedy, StringComparison.Ordinal);
        Assert.NotEqual(gone, closed);
    }

    [Fact]
    public async Task An_outage_shorter_than_the_session_goes_unnoticed()
    {
        await using var credentials = Create();
        var first = await credentials.GetCredentialsAsync(Cancel);
        var before = _aws.PodIdentity.Calls;
        _aws.PodIdentity.Faults.Always(Fault.ServerError(503));

        for (var minute = 0; minute < 5 * 60; minute++)
        {
            await AdvanceAsync(credentials, TimeSpan.FromMinutes(1));
            Assert.Same(first, await credentials.GetCredentialsAsync(Cancel));
        }

        // Five hours of failing at 300 s, drawn from [150 s, 300 s].
        Assert.InRange(_aws.PodIdentity.Calls - before, 1, 130);
        _aws.PodIdentity.Faults.Clear();
        while (credentials.Status.State != CredentialState.Valid)
        {
            await AdvanceAsync(credentials, TimeSpan.FromMinutes(1));
        }

        Assert.NotEqual(first.AccessKey, (await credentials.GetCredentialsAsync(Cancel)).AccessKey);
    }

    [Fact]
    public async Task The_token_on_disk_at_the_moment_of_the_exchange_is_the_one_used()
    {
        _aws.PodIdentity.Tokens.Write(_aws.Issuer.IssueToken(static token => token.Audience = "sts.amazonaws.com"));
        await using var credentials = CreateInRealTime();
        var thrown = await Assert.ThrowsAsync<IrsaException>(() => credentials.GetCredentialsAsync(Cancel));
        Assert.Equal(IrsaErrorCode.ContainerTokenRejected, thrown.Code);

        _aws.PodIdentity.Tokens.Rotate();

        while (credentials.Status.State != CredentialState.Valid)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Cancel);
        }
    }

    /// <summary>The agent keeps sessions for half of their life, so an early refresh gets the same keys.</summary>
    [Fact]
    public async Task The_same_keys_again_are_no_failure_and_cause_no_storm()
    {
        await using var credentials = Create(static options => options.RefreshAtFraction = 0.1);
        var first = await credentials.GetCredentialsAsync(Cancel);

        for (var minute = 0; minute < 175; minute++)
        {
            await AdvanceAsync(credentials, TimeSpan.FromMinutes(1));
            Assert.Equal(first.AccessKey, (await credentials.GetCredentialsAsync(Cancel)).AccessKey);
            Assert.Equal((CredentialState.Valid, 0), (credentials.Status.State, credentials.Status.FailuresInARow));
        }

        Assert.InRange(_aws.PodIdentity.Calls, 2, 20);
    }

    [Fact]
    public async Task A_lifetime_that_the_agent_does_not_give_is_asked_for_once()
    {
        await using var credentials = Create();
        await credentials.GetCredentialsAsync(Cancel);
        _time.Advance(TimeSpan.FromSeconds(40));
        var before = _aws.PodIdentity.Calls;

        for (var i = 0; i < 20; i++)
        {
            await credentials.GetCredentialsAsync(TimeSpan.FromHours(10), Cancel);
            _time.Advance(TimeSpan.FromSeconds(40));
        }

        Assert.InRange(_aws.PodIdentity.Calls - before, 1, 2);
    }

    [Fact]
    public async Task An_expected_role_is_compared_once_for_each_new_key()
    {
        await using var credentials = Create(options =>
        {
            options.RoleArn = _aws.RoleArn;
            options.RefreshAtFraction = 0.1;
        });
        await credentials.GetCredentialsAsync(Cancel);

        for (var minute = 0; minute < 170; minute++)
        {
            await AdvanceAsync(credentials, TimeSpan.FromMinutes(1));
            await credentials.GetCredentialsAsync(Cancel);
        }

        Assert.Equal("GetCallerIdentity", Assert.Single(_aws.Sts.Calls).Action);
        Assert.True(_aws.PodIdentity.Calls > 1);
        Assert.Contains(":assumed-role/local-app/eks-", credentials.Status.AssumedRoleArn, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failure_to_compare_the_role_names_the_server_that_ConfigureSts_has_chosen()
    {
        await using var credentials = CreateInRealTime(options =>
        {
            options.RoleArn = _aws.RoleArn;
            options.MaxAttempts = 1;
            options.ConfigureSts = static sts => sts.ServiceURL = "http://127.0.0.1:1/";
        });

        var thrown = await Assert.ThrowsAsync<IrsaException>(() => credentials.GetCredentialsAsync(Cancel));

        Assert.Contains("http://127.0.0.1:1/ (from ConfigureSts)", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_role_than_the_expected_one_is_refused()
    {
        await using var credentials = CreateInRealTime(static options => options.RoleArn = "arn:aws:iam::111122223333:role/another");

        var thrown = await Assert.ThrowsAsync<IrsaException>(() => credentials.GetCredentialsAsync(Cancel));

        Assert.Equal(IrsaErrorCode.WrongRole, thrown.Code);
        Assert.Contains("association", thrown.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_STS_cannot_compare_the_role_nothing_is_handed_out()
    {
        _aws.Sts.Faults.Always(Fault.ServerError(503));
        await using var credentials = CreateInRealTime(options => options.RoleArn = _aws.RoleArn);

        var thrown = await Assert.ThrowsAsync<IrsaException>(() => credentials.GetCredentialsAsync(Cancel));

        Assert.Equal((IrsaErrorCode.StsUnavailable, false), (thrown.Code, thrown.IsPermanent));
        Assert.Contains("GetCallerIdentity", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_role_is_assumed_with_the_first()
    {
        const string Second = "arn:aws:iam::444455556666:role/partner";
        _aws.Sts.AddRole(Second, $$"""{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"{{_aws.RoleArn}}"},"Action":"sts:AssumeRole"}]}""");
        await using var credentials = Create(static options => options.AssumeRole = new AssumeRoleOptions { RoleArn = Second });

        var keys = await credentials.GetCredentialsAsync(Cancel);

        Assert.Equal("444455556666", keys.AccountId);
        Assert.Equal(Second, credentials.Status.RoleArn);
    }

    /// <summary>Key and token of one request belong to one session, while sessions are replaced under it.</summary>
    [Fact]
    public async Task No_request_is_torn_while_sessions_are_replaced()
    {
        const string Other = "arn:aws:iam::111122223333:role/other";
        await using var aws = await LocalAws.StartAsync(static options => options.Buckets.Add("bucket"), Cancel);
        var services = new ServiceCollection();
        services.AddIrsaAws(options =>
        {
            aws.ConfigurePodIdentity(options);
            options.TimeProvider = _time;
        }).AddClient<IAmazonS3, AmazonS3Config>(config =>
        {
            aws.Configure(config);
            config.MaxErrorRetry = 0;
        });
        await using var provider = services.BuildServiceProvider();
        var s3 = provider.GetRequiredService<IAmazonS3>();
        var credentials = provider.GetRequiredService<WebIdentityTokenCredentials>();
        var isOther = false;

        var keys = await SessionRotation.RunAsync(
            credentials,
            _time,
            () => s3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = "bucket" }, Cancel),
            () => aws.PodIdentity.RoleArn = (isOther = !isOther) ? Other : aws.RoleArn);

        Assert.Equal(SessionRotation.Sessions, keys.Count);
        Assert.DoesNotContain(aws.S3.Calls, static call => call.Status != (int)HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_token_file_that_is_missing_is_explained_for_this_source_and_nobody_is_asked()
    {
        await using var missing = CreateInRealTime(static options => options.ContainerTokenFile = "/does/not/exist/token");

        var thrown = await Assert.ThrowsAsync<IrsaException>(() => missing.GetCredentialsAsync(Cancel));

        Assert.Equal((IrsaErrorCode.TokenFileNotFound, 0), (thrown.Code, _aws.PodIdentity.Calls));
        Assert.Contains("eks-pod-identity-token", thrown.Remedy, StringComparison.Ordinal);
    }

    private WebIdentityTokenCredentials Create(Action<IrsaOptions>? configure = null)
    {
        var options = new IrsaOptions();
        _aws.ConfigurePodIdentity(options);
        options.TimeProvider = _time;
        configure?.Invoke(options);
        return new WebIdentityTokenCredentials(options);
    }

    /// <summary>For failures, whose pauses a standing clock would never end.</summary>
    private WebIdentityTokenCredentials CreateInRealTime(Action<IrsaOptions>? configure = null) => Create(options =>
    {
        options.TimeProvider = null;
        options.MaxAttempts = 2;
        configure?.Invoke(options);
    });

    /// <summary>What is due runs in the background, in real time.</summary>
    private async Task AdvanceAsync(WebIdentityTokenCredentials credentials, TimeSpan step)
    {
        _time.Advance(step);
        while (credentials.Status.NextRefresh <= _time.GetUtcNow())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, Cancel);
        }
    }
}
