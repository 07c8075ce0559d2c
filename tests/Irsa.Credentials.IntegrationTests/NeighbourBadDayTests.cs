using System.Net;
using System.Web;
using Amazon;
using Amazon.Runtime.Signing;
using Amazon.S3;
using Amazon.S3.Model;
using Irsa.Credentials.IntegrationTests.AwsSdk;
using Irsa.Credentials.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Irsa.Credentials.IntegrationTests;

/// <summary>The counts of docs/bad-days.md for what goes beyond a pod's token file and AWS clients.</summary>
public sealed class NeighbourBadDayTests : IAsyncLifetime
{
    private const string Database = "orders.cluster-abc123.eu-central-1.rds.amazonaws.com";

    /// <summary>Nothing here waits for real time: what takes so long hangs.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());
    private readonly TaskCompletionSource _gate = new();
    private LocalAws _aws = null!;
    private Task? _sourceWaitsFor;
    private int _asked;

    public enum Use
    {
        TokenSource = 0,
        SigningHandler = 1,
        AuthToken = 2,
        PodIdentity = 3,
    }

    public static TheoryData<Use> All { get; } = [.. Enum.GetValues<Use>()];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Gets how often STS was asked for a session, or the agent.</summary>
    private int Exchanges => _aws.PodIdentity.Calls + _aws.Sts.Calls.Count(static call => call.Action == "AssumeRoleWithWebIdentity");

    public async ValueTask InitializeAsync() => _aws = await LocalAws.StartAsync(static options => options.Buckets.Add("bucket"), Cancel);

    public ValueTask DisposeAsync()
    {
        _gate.TrySetResult();
        return _aws.DisposeAsync();
    }

    /// <summary>The calls of STS or of the agent are counted when they arrive. With the retries that an exchange has by default, so a refusal is not repeated.</summary>
    [Theory]
    [MemberData(nameof(All))]
    public async Task A_refusal_costs_one_call_for_a_thousand_that_wait_and_each_gets_the_reason(Use use)
    {
        _aws.Sts.RemoveRole(_aws.RoleArn);
        _aws.PodIdentity.RoleArn = null;
        FaultsOf(use).Always(Fault.Gate(_gate.Task));
        await using var credentials = Create(use);
        using var signed = new Signed(credentials, use);

        var waiting = Enumerable.Range(0, 1000).Select(_ => signed.KeyAsync()).ToList();
        Assert.DoesNotContain(waiting, static caller => caller.IsCompleted);
        _gate.SetResult();

        foreach (var caller in waiting)
        {
            var thrown = await Assert.ThrowsAsync<IrsaException>(() => WithinLimitAsync(caller));
            Assert.Equal(use == Use.PodIdentity ? IrsaErrorCode.AssociationMissing : IrsaErrorCode.TrustPolicyMismatch, thrown.Code);
        }

        Assert.Equal((1, use == Use.TokenSource ? 1 : 0), (Exchanges, _asked));
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task An_outage_that_the_session_outlives_is_noticed_by_nobody(Use use)
    {
        await using var credentials = Create(use);
        using var signed = new Signed(credentials, use);
        var first = await signed.KeyAsync();
        FaultsOf(use).Always(Fault.ServerError());

        // A token for a database needs a session of 15 minutes, so its callers wait for one from then on.
        var minutesFailing = 0;
        for (var minute = 0; minute < (use == Use.AuthToken ? 44 : 54); minute++)
        {
            _time.Advance(TimeSpan.FromMinutes(1));
            await Eventually.IsTrueAsync(() => credentials.Status.NextRefresh > _time.GetUtcNow(), Cancel);
            Assert.Equal(first, await WithinLimitAsync(signed.KeyAsync()));
            minutesFailing += credentials.Status.State == CredentialState.RefreshFailing ? 1 : 0;
        }

        Assert.Equal(CredentialState.RefreshFailing, credentials.Status.State);

        // Back-off from 5 seconds to 5 minutes, each drawn from half to whole, and looked at once a minute: seven in the first eight minutes, then one in three at most.
        Assert.InRange(Exchanges - 1, 2, 5 + ((minutesFailing - 2) / 3));
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_refresh_that_hangs_makes_nobody_wait_and_is_one_call(Use use)
    {
        await using var credentials = Create(use);
        using var signed = new Signed(credentials, use);
        var first = await signed.KeyAsync();
        var before = credentials.Status.LastRefresh;
        FaultsOf(use).Always(Fault.Gate(_gate.Task));
        _time.Advance(TimeSpan.FromMinutes(34));
        await Eventually.IsTrueAsync(() => Exchanges == 2, Cancel);

        // Four seconds, so that callers come back to the cache's own decision, and the call of five seconds still hangs.
        for (var i = 0; i < 1000; i++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(4));
            Assert.Equal(first, await WithinLimitAsync(signed.KeyAsync()));
        }

        _gate.SetResult();
        await Eventually.IsTrueAsync(() => credentials.Status.LastRefresh > before, Cancel);

        // One more, so that what had begun beside the first is counted by now.
        await ReplaceAsync(credentials);
        Assert.Equal(3, Exchanges);
    }

    [Fact]
    public async Task A_source_that_hangs_makes_nobody_wait_and_is_asked_once()
    {
        await using var credentials = Create(Use.TokenSource);
        var first = await credentials.GetCredentialsAsync(Cancel);
        var before = credentials.Status.LastRefresh;
        _sourceWaitsFor = _gate.Task;
        _time.Advance(TimeSpan.FromMinutes(34));
        await Eventually.IsTrueAsync(() => Volatile.Read(ref _asked) == 2, Cancel);

        for (var i = 0; i < 1000; i++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(4));
            Assert.Same(first, await WithinLimitAsync(credentials.GetCredentialsAsync(Cancel)));
        }

        _gate.SetResult();
        await Eventually.IsTrueAsync(() => credentials.Status.LastRefresh > before, Cancel);
        await ReplaceAsync(credentials);
        Assert.Equal((3, 3), (_asked, Exchanges));
    }

    /// <summary>S3 verifies key, token and signature of each request.</summary>
    [Fact]
    public async Task No_request_is_torn_while_sessions_from_a_source_are_replaced()
    {
        var services = new ServiceCollection();
        services.AddIrsaAws(options => Configure(options, Use.TokenSource)).AddClient<IAmazonS3, AmazonS3Config>(config =>
        {
            _aws.Configure(config);
            config.MaxErrorRetry = 0;
        });
        await using var provider = services.BuildServiceProvider();
        var s3 = provider.GetRequiredService<IAmazonS3>();

        var keys = await SessionRotation.RunAsync(
            provider.GetRequiredService<WebIdentityTokenCredentials>(), _time, () => s3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = "bucket" }, Cancel));

        Assert.Equal(SessionRotation.Sessions, keys.Count);
        Assert.DoesNotContain(_aws.S3.Calls, static call => call.Status != (int)HttpStatusCode.OK);
        Assert.Equal(_asked, Exchanges);
    }

    /// <summary>The session is replaced in each request, after its identity was chosen and before it is signed.</summary>
    [Theory]
    [InlineData(Use.TokenSource)]
    [InlineData(Use.PodIdentity)]
    public async Task A_request_is_signed_with_the_session_it_began_with(Use use)
    {
        const string Other = "arn:aws:iam::111122223333:role/other";
        await using var credentials = Create(use);
        var config = new AmazonS3Config();
        _aws.Configure(config);
        using var s3 = InstrumentedS3Client.Create(credentials, config, async () =>
        {
            _aws.PodIdentity.RoleArn = _aws.PodIdentity.RoleArn == Other ? _aws.RoleArn : Other;
            await ReplaceAsync(credentials);
        });
        var began = new List<string?>();

        for (var i = 0; i < 10; i++)
        {
            began.Add((await credentials.GetCredentialsAsync(Cancel)).AccessKey);
            await s3.ListBucketsAsync(Cancel);
        }

        Assert.Equal(10, began.Distinct().Count());
        Assert.Equal(began, _aws.S3.Calls.Select(static call => call.AccessKeyId));
        Assert.All(_aws.S3.Calls, static call => Assert.Equal((int)HttpStatusCode.OK, call.Status));
    }

    /// <summary>STS verifies each token as EKS would have it do.</summary>
    [Fact]
    public async Task No_token_is_torn_while_sessions_are_replaced()
    {
        await using var credentials = Create(Use.AuthToken);
        using var http = new HttpClient();

        var keys = await SessionRotation.RunAsync(credentials, _time, () => VerifyAsync(http, credentials));

        Assert.Equal(SessionRotation.Sessions, keys.Count);
    }

    /// <summary>13 of 60 minutes are left, and a token needs 14.</summary>
    [Fact]
    public async Task A_token_that_needs_another_session_is_made_of_that_one_alone()
    {
        await using var credentials = Create(Use.AuthToken);
        using var http = new HttpClient();
        await credentials.GetCredentialsAsync(Cancel);

        for (var i = 0; i < 5; i++)
        {
            _time.Advance(TimeSpan.FromMinutes(47));
            await VerifyAsync(http, credentials);
        }

        Assert.InRange(Exchanges, 6, 11);
    }

    private async Task ReplaceAsync(WebIdentityTokenCredentials credentials)
    {
        var current = await credentials.GetCredentialsAsync(Cancel);
        _time.Advance(TimeSpan.FromSeconds(31));
        Assert.True(credentials.Invalidate(current.AccessKey));
        await WithinLimitAsync(credentials.GetCredentialsAsync(Cancel));
    }

    private async Task VerifyAsync(HttpClient http, WebIdentityTokenCredentials credentials)
    {
        var token = await WithinLimitAsync(credentials.GetEksAuthTokenAsync("orders", cancellationToken: Cancel));
        var signed = new Uri(Decode(token.Value["k8s-aws-v1.".Length..]));
        using var call = new HttpRequestMessage(HttpMethod.Get, new Uri(_aws.Sts.Endpoint, signed.PathAndQuery));
        call.Headers.Host = signed.Host;
        call.Headers.Add("x-k8s-aws-id", "orders");
        using var answer = await http.SendAsync(call, Cancel);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private FaultScript FaultsOf(Use use) => use == Use.PodIdentity ? _aws.PodIdentity.Faults : _aws.Sts.Faults;

    private WebIdentityTokenCredentials Create(Use use)
    {
        var options = new IrsaOptions();
        Configure(options, use);
        return new WebIdentityTokenCredentials(options);
    }

    private void Configure(IrsaOptions options, Use use)
    {
        options.TimeProvider = _time;
        if (use == Use.PodIdentity)
        {
            _aws.PodIdentity.SessionDuration = TimeSpan.FromHours(1);
            _aws.ConfigurePodIdentity(options);
            return;
        }

        _aws.Configure(options);
        if (use == Use.TokenSource)
        {
            options.WebIdentityTokenFile = null;
            options.TokenSource = WebIdentityTokenSource.From("issuer", async _ =>
            {
                Interlocked.Increment(ref _asked);
                await (_sourceWaitsFor ?? Task.CompletedTask);
                return _aws.Issuer.IssueToken();
            });
        }
    }

    private static string Decode(string base64Url)
    {
        var text = base64Url.Replace('-', '+').Replace('_', '/');
        return System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '=')));
    }

    private static Task<T> WithinLimitAsync<T>(Task<T> task) => task.WaitAsync(Limit, TimeProvider.System, Cancel);

    /// <summary>Signs something, and says with which key.</summary>
    private sealed class Signed : IDisposable
    {
        private readonly WebIdentityTokenCredentials _credentials;
        private readonly Use _use;
        private readonly HttpClient _http;

        public Signed(WebIdentityTokenCredentials credentials, Use use)
        {
            _credentials = credentials;
            _use = use;
            _http = new HttpClient(new SigV4SigningHandler(credentials, RegionEndpoint.EUCentral1, "execute-api", new Echo()));
        }

        public async Task<string> KeyAsync()
        {
            switch (_use)
            {
                case Use.TokenSource or Use.PodIdentity:
                    return (await _credentials.GetCredentialsAsync(Cancel)).AccessKey;

                case Use.AuthToken:
                    var token = await _credentials.GetRdsAuthTokenAsync(Database, 5432, "app", Cancel);
                    return HttpUtility.ParseQueryString(new Uri($"https://{token.Value}").Query)["X-Amz-Credential"]!.Split('/')[0];

                default:
                    return (await _http.GetStringAsync(new Uri("https://api.example/"), Cancel)).Split("Credential=")[1].Split('/')[0];
            }
        }

        public void Dispose() => _http.Dispose();

        /// <summary>A server that answers with the signature.</summary>
        private sealed class Echo : HttpMessageHandler
        {
            protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
                Task.FromResult(new HttpResponseMessage { Content = new StringContent(string.Join(' ', request.Headers.GetValues("Authorization"))), RequestMessage = request });
        }
    }
}
