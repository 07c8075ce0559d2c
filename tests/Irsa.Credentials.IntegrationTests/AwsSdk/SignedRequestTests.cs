using System.Text;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.S3;
using Amazon.S3.Model;
using Amazon.SecurityToken;
using Irsa.Credentials.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Irsa.Credentials.IntegrationTests.AwsSdk;

/// <summary>What happens to a request in the SDK's pipeline, seen by an S3 that verifies every signature.</summary>
public sealed class SignedRequestTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());
    private readonly List<string> _signedWith = [];
    private LocalAws _aws = null!;
    private WebIdentityTokenCredentials _credentials = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _aws = await LocalAws.StartAsync(static options => options.Buckets.Add("bucket"), Cancel);
        _credentials = NewCredentials();
    }

    public async ValueTask DisposeAsync()
    {
        await _credentials.DisposeAsync();
        await _aws.DisposeAsync();
    }

    [Fact]
    public void The_handlers_stand_where_the_identity_is_chosen_and_around_the_retries_once_however_many_identities_there_are()
    {
        using var another = new WebIdentityTokenCredentials(Options());
        using var s3 = Client();

        var handlers = s3.Handlers.ToList();

        Assert.Single(handlers, static handler => handler == "SnapshotHandler");
        Assert.Single(handlers, static handler => handler == "SessionRecoveryHandler");
        Assert.Equal("AmazonS3AuthSchemeHandler", handlers[handlers.IndexOf("SnapshotHandler") - 1]);
        Assert.Equal("AmazonS3EndpointResolver", handlers[handlers.IndexOf("SnapshotHandler") + 1]);
        Assert.Equal("RetryHandler", handlers[handlers.IndexOf("SessionRecoveryHandler") + 1]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_request_is_signed_with_the_snapshot_it_began_with_though_the_credentials_are_replaced_meanwhile(bool synchronous)
    {
        var first = await _credentials.GetCredentialsAsync(Cancel);
        using var s3 = Client(ReplaceCredentialsAsync);

        await ListAsync(s3, synchronous);

        Assert.Equal([first.AccessKey], _aws.S3.Calls.Select(static call => call.AccessKeyId));
        Assert.NotEqual(first.AccessKey, (await _credentials.GetCredentialsAsync(Cancel)).AccessKey);
    }

    [Fact]
    public async Task No_request_of_many_at_once_is_torn_while_each_of_them_sees_the_credentials_replaced()
    {
        const int Workers = 8;
        const int RequestsEach = 25;
        using var oneByOne = new SemaphoreSlim(1);
        using var s3 = Client(async () =>
        {
            await oneByOne.WaitAsync(Cancel);
            _time.Advance(TimeSpan.FromSeconds(30));
            await ReplaceCredentialsAsync();
            oneByOne.Release();
        });

        await Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => Task.Run(
            async () =>
            {
                for (var i = 0; i < RequestsEach; i++)
                {
                    await s3.ListBucketsAsync(Cancel);
                }
            },
            Cancel)));

        Assert.Equal(Workers * RequestsEach, _aws.S3.Calls.Count(static call => call.Status == 200));
        Assert.Equal((Workers * RequestsEach) + 1, _aws.Sts.Calls.Count);

        // Each began before a replacement, so none has the last of them.
        var last = (await _credentials.GetCredentialsAsync(Cancel)).AccessKey;
        Assert.DoesNotContain(last, _aws.S3.Calls.Select(static call => call.AccessKeyId));
    }

    [Fact]
    public void A_client_with_a_retry_handler_of_its_own_repeats_a_rejected_request_too()
    {
        _ = _credentials.Status;

        using var s3 = new OwnRetries(_credentials, Config());

        Assert.Contains("SnapshotHandler", s3.Handlers);
        Assert.Contains("SessionRecoveryHandler", s3.Handlers);
    }

    [Fact]
    public async Task A_cancelled_request_returns_while_the_exchange_goes_on_for_the_others()
    {
        var gate = new TaskCompletionSource();
        _aws.Sts.Faults.Next(Fault.Gate(gate.Task));
        using var s3 = Client();
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Cancel);

        var left = s3.ListBucketsAsync(leaving.Token);
        var stays = s3.ListBucketsAsync(Cancel);
        await _aws.Sts.WaitForCallsAsync(1, Cancel);
        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        Assert.False(stays.IsCompleted);
        gate.SetResult();
        await stays;
        Assert.Single(_aws.Sts.Calls);
        Assert.Single(_aws.S3.Calls);
    }

    [Theory]
    [InlineData("ExpiredToken", false)]
    [InlineData("ExpiredToken", true)]
    [InlineData("InvalidToken", false)]
    [InlineData("ExpiredTokenException", false)]
    [InlineData("RequestExpired", false)]
    [InlineData("TokenRefreshRequired", false)]
    [InlineData("InvalidClientTokenId", false)]
    [InlineData("UnrecognizedClientException", true)]
    [InlineData("AuthFailure", false)]
    public async Task A_session_that_the_service_calls_expired_is_replaced_and_the_caller_sees_success(string code, bool synchronous)
    {
        await LetTheFirstExchangePassAsync();
        _aws.S3.Faults.Next(Fault.Error(400, code, "The provided token has expired."));
        using var s3 = Client(RecordKeyAsync);

        await ListAsync(s3, synchronous);

        Assert.Equal(2, _aws.Sts.Calls.Count);
        Assert.Equal(2, _signedWith.Distinct().Count());
        Assert.Equal([(_signedWith[0], 400), (_signedWith[1], 200)], _aws.S3.Calls.Select(static call => (call.AccessKeyId!, call.Status)));
    }

    [Fact]
    public async Task A_repetition_is_signed_again_also_where_the_SDK_does_not_sign_its_own_retries()
    {
        await LetTheFirstExchangePassAsync();
        using var sts = new AmazonSecurityTokenServiceClient(_credentials, new AmazonSecurityTokenServiceConfig
        {
            ServiceURL = _aws.Sts.Endpoint.OriginalString,
            AuthenticationRegion = _aws.Region,
        });
        var authorizations = new List<string>();
        sts.AfterResponseEvent += (_, response) => authorizations.Add(((WebServiceResponseEventArgs)response).RequestHeaders["Authorization"]);
        _aws.Sts.Faults.Next(Fault.Error(403, "ExpiredToken", "The security token included in the request is expired"));

        await sts.GetCallerIdentityAsync(new(), Cancel);

        Assert.Contains((await _credentials.GetCredentialsAsync(Cancel)).AccessKey, Assert.Single(authorizations), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_that_calls_everything_expired_gets_one_repetition_and_STS_one_call_in_30_seconds()
    {
        await LetTheFirstExchangePassAsync();
        _aws.S3.Faults.Always(Fault.Error(400, "ExpiredToken", "The provided token has expired."));
        using var s3 = Client(RecordKeyAsync);

        Assert.Equal("ExpiredToken", (await Assert.ThrowsAsync<AmazonS3Exception>(() => s3.ListBucketsAsync(Cancel))).ErrorCode);
        Assert.Equal((2, 2), (_aws.Sts.Calls.Count, _signedWith.Count));
        for (var i = 0; i < 5; i++)
        {
            await Assert.ThrowsAsync<AmazonS3Exception>(() => s3.ListBucketsAsync(Cancel));
        }

        Assert.Equal((2, 7), (_aws.Sts.Calls.Count, _signedWith.Count));
        _time.Advance(TimeSpan.FromSeconds(30));
        await Assert.ThrowsAsync<AmazonS3Exception>(() => s3.ListBucketsAsync(Cancel));
        Assert.Equal((3, 9), (_aws.Sts.Calls.Count, _signedWith.Count));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_service_that_accepts_no_session_for_another_reason_costs_one_exchange_until_the_next_refresh(bool synchronous)
    {
        await LetTheFirstExchangePassAsync();
        _aws.S3.Faults.Always(Fault.Error(403, "UnrecognizedClientException", "The security token included in the request is invalid."));
        using var s3 = Client(RecordKeyAsync);

        for (var i = 0; i < 3; i++)
        {
            await Assert.ThrowsAsync<AmazonS3Exception>(() => ListAsync(s3, synchronous));
            _time.Advance(TimeSpan.FromSeconds(31));
        }

        Assert.Equal((2, 4), (_aws.Sts.Calls.Count, _signedWith.Count));
    }

    [Fact]
    public async Task A_repeated_upload_sends_its_body_again_from_where_it_began()
    {
        await LetTheFirstExchangePassAsync();
        _aws.S3.Faults.Next(Fault.Error(400, "ExpiredToken", "The provided token has expired."));
        using var s3 = Client();
        using var body = new MemoryStream(Encoding.UTF8.GetBytes("skipped and sent"));
        body.Position = 8;

        await s3.PutObjectAsync(new PutObjectRequest { BucketName = "bucket", Key = "key", InputStream = body, AutoResetStreamPosition = false }, Cancel);

        using var stored = await s3.GetObjectAsync("bucket", "key", Cancel);
        Assert.Equal("and sent", await new StreamReader(stored.ResponseStream).ReadToEndAsync(Cancel));
    }

    [Fact]
    public async Task A_body_that_cannot_be_sent_again_is_not_but_the_next_request_has_new_credentials()
    {
        await LetTheFirstExchangePassAsync();
        _aws.S3.Faults.Next(Fault.Error(400, "ExpiredToken", "The provided token has expired."));
        using var s3 = Client(RecordKeyAsync);
        var request = new PutObjectRequest { BucketName = "bucket", Key = "key", InputStream = new OneWayStream("once") };
        request.Headers.ContentLength = 4;

        Assert.Equal("ExpiredToken", (await Assert.ThrowsAsync<AmazonS3Exception>(() => s3.PutObjectAsync(request, Cancel))).ErrorCode);
        await s3.ListBucketsAsync(Cancel);

        Assert.Equal(2, _aws.Sts.Calls.Count);
        Assert.Equal((2, 2), (_signedWith.Count, _signedWith.Distinct().Count()));
    }

    [Fact]
    public async Task A_failure_to_get_credentials_is_not_taken_for_a_failure_of_the_service_and_tried_again()
    {
        _aws.Sts.Faults.Always(Fault.Reset());
        using var s3 = Client(RecordKeyAsync);

        var thrown = await Assert.ThrowsAsync<IrsaException>(() => s3.ListBucketsAsync(Cancel));

        Assert.Equal(IrsaErrorCode.ConnectionBroken, thrown.Code);
        Assert.Empty(_signedWith);
        Assert.Single(_aws.Sts.Calls);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_rejected_session_that_cannot_be_replaced_ends_with_the_services_own_error_and_is_kept_for_other_callers(bool synchronous)
    {
        await LetTheFirstExchangePassAsync();
        using var s3 = Client(RecordKeyAsync);
        await s3.ListBucketsAsync(Cancel);
        _aws.S3.Faults.Next(Fault.Error(400, "ExpiredToken", "The provided token has expired."));
        _aws.Sts.RemoveRole(_aws.RoleArn);

        Assert.Equal("ExpiredToken", (await Assert.ThrowsAsync<AmazonS3Exception>(() => ListAsync(s3, synchronous))).ErrorCode);

        Assert.Equal((2, 2), (_aws.Sts.Calls.Count, _signedWith.Count));
        Assert.Equal(IrsaErrorCode.TrustPolicyMismatch, _credentials.Status.LastError?.Code);
        await s3.ListBucketsAsync(Cancel);
        Assert.Single(_signedWith.Distinct());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_rejected_session_that_expires_before_it_is_replaced_ends_with_the_services_own_error_too(bool synchronous)
    {
        using var s3 = Client(async () =>
        {
            // The session expires between its choice for the request and the service's answer.
            _aws.Sts.RemoveRole(_aws.RoleArn);
            _time.Advance(TimeSpan.FromHours(2));
            await Eventually.IsTrueAsync(() => _credentials.Status.LastError is not null, Cancel);

            // The rejection starts an exchange, which waits for a second after the timer's.
            _time.Advance(TimeSpan.FromSeconds(2));
        });
        _aws.S3.Faults.Next(Fault.Error(400, "ExpiredToken", "The provided token has expired."));

        Assert.Equal("ExpiredToken", (await Assert.ThrowsAsync<AmazonS3Exception>(() => ListAsync(s3, synchronous))).ErrorCode);

        Assert.Equal(IrsaErrorCode.TrustPolicyMismatch, _credentials.Status.LastError?.Code);
        Assert.Equal(IrsaErrorCode.TrustPolicyMismatch, (await Assert.ThrowsAsync<IrsaException>(() => ListAsync(s3, synchronous))).Code);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_rejected_session_of_a_provider_that_is_disposed_meanwhile_ends_with_the_services_own_error_too(bool synchronous)
    {
        using var s3 = Client(() => _credentials.DisposeAsync().AsTask());
        _aws.S3.Faults.Next(Fault.Error(400, "ExpiredToken", "The provided token has expired."));

        Assert.Equal("ExpiredToken", (await Assert.ThrowsAsync<AmazonS3Exception>(() => ListAsync(s3, synchronous))).ErrorCode);
    }

    [Fact]
    public async Task Another_identity_passes_untouched()
    {
        var keys = await _credentials.GetCredentialsAsync(Cancel);
        using var s3 = InstrumentedS3Client.Create(new SessionAWSCredentials(keys.AccessKey, keys.SecretKey, keys.Token), Config());
        _aws.S3.Faults.Next(Fault.Error(400, "ExpiredToken", "The provided token has expired."));

        await Assert.ThrowsAsync<AmazonS3Exception>(() => s3.ListBucketsAsync(Cancel));
        await s3.ListBucketsAsync(Cancel);

        Assert.Single(_aws.Sts.Calls);
        Assert.Equal([400, 200], _aws.S3.Calls.Select(static call => call.Status));
    }

    [Fact]
    public async Task A_presigned_URL_is_signed_by_the_identity_too()
    {
        using var s3 = Client();
        await s3.PutObjectAsync(new PutObjectRequest { BucketName = "bucket", Key = "key", ContentBody = "shared" }, Cancel);

        var url = await s3.GetPreSignedURLAsync(new GetPreSignedUrlRequest { BucketName = "bucket", Key = "key", Protocol = Protocol.HTTP, Expires = DateTime.UnixEpoch.AddTicks(_time.GetUtcNow().AddMinutes(5).Ticks - DateTime.UnixEpoch.Ticks) });

        using var http = new HttpClient();
        Assert.Equal("shared", await http.GetStringAsync(url, Cancel));
    }

    private static Task<ListBucketsResponse> ListAsync(InstrumentedS3Client s3, bool synchronous) =>
        synchronous ? Task.Run(s3.ListBuckets, Cancel) : s3.ListBucketsAsync(Cancel);

    /// <summary>Exchanges are a second apart at least, by the clock that stands still here.</summary>
    private async Task LetTheFirstExchangePassAsync()
    {
        // The first refresh is planned at a random time of half an hour, and a replaced session keeps it, or a time that is whole intervals earlier. In the
        // minutes that pass in these tests it would be an exchange more.
        await _credentials.GetCredentialsAsync(Cancel);
        while (_credentials.Status.NextRefresh - _time.GetUtcNow() is not { TotalMinutes: > 5 and < 29 })
        {
            await _credentials.DisposeAsync();
            _aws.Sts.ClearCalls();
            _credentials = NewCredentials();
            await _credentials.GetCredentialsAsync(Cancel);
        }

        _time.Advance(TimeSpan.FromSeconds(1));
    }

    private WebIdentityTokenCredentials NewCredentials()
    {
        var options = new IrsaOptions { MaxAttempts = 1 };
        _aws.Configure(options);
        return new WebIdentityTokenCredentials(options, timeProvider: _time);
    }

    /// <summary>Runs in every attempt.</summary>
    private async Task RecordKeyAsync() => _signedWith.Add((await _credentials.GetCredentialsAsync(Cancel)).AccessKey);

    private async Task ReplaceCredentialsAsync()
    {
        var before = await _credentials.GetCredentialsAsync(Cancel);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(_credentials.Invalidate(before.AccessKey));
        await _credentials.GetCredentialsAsync(Cancel);
    }

    private InstrumentedS3Client Client(Func<Task>? beforeSigning = null) => InstrumentedS3Client.Create(_credentials, Config(), beforeSigning);

    private AmazonS3Config Config() => new()
    {
        ServiceURL = _aws.S3.Endpoint.OriginalString,
        AuthenticationRegion = _aws.Region,
        ForcePathStyle = true,
    };

    private IrsaOptions Options()
    {
        var options = new IrsaOptions();
        _aws.Configure(options);
        return options;
    }

    private sealed class OwnRetries(AWSCredentials credentials, AmazonS3Config config) : AmazonS3Client(credentials, config)
    {
        public IReadOnlyList<string> Handlers => [.. RuntimePipeline.EnumerateHandlers().Select(static handler => handler.GetType().Name)];

        protected override void CustomizeRuntimePipeline(RuntimePipeline pipeline)
        {
            base.CustomizeRuntimePipeline(pipeline);
            pipeline.ReplaceHandler<RetryHandler>(new Patient(Config));
        }

        private sealed class Patient(IClientConfig config) : RetryHandler(new DefaultRetryPolicy(config));
    }

    /// <summary>A body as a network stream gives it: it can be read once.</summary>
    private sealed class OneWayStream(string text) : MemoryStream(Encoding.UTF8.GetBytes(text))
    {
        public override bool CanSeek => false;
    }
}
