using System.Net;
using Amazon;
using Amazon.Runtime.Signing;
using Irsa.Credentials.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Irsa.Credentials.IntegrationTests;

/// <summary>The SDK's own signing handler with these credentials, as docs/more-than-irsa.md recommends it. STS verifies each signature.</summary>
[Collection(nameof(Crowd))]
public sealed class SigningHttpClientTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());
    private LocalAws _aws = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _aws = await LocalAws.StartAsync(cancellationToken: Cancel);

    public ValueTask DisposeAsync() => _aws.DisposeAsync();

    [Fact]
    public async Task A_request_with_a_body_is_signed_with_the_role()
    {
        await using var credentials = Create();
        using var http = Client(credentials);

        using var answer = await AskAsync(http);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("assumed-role/local-app/app-0", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_thousand_requests_at_once_cost_one_exchange()
    {
        await using var credentials = Create();
        using var http = Client(credentials);

        var answers = await Task.WhenAll(Enumerable.Range(0, 1000).Select(_ => Task.Run(() => AskAsync(http))));

        Assert.All(answers, static answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        Assert.Single(_aws.Sts.Calls, static call => call.Action == "AssumeRoleWithWebIdentity");
    }

    [Fact]
    public async Task No_request_is_torn_while_sessions_are_replaced()
    {
        await using var credentials = Create();
        using var http = Client(credentials);

        var keys = await SessionRotation.RunAsync(credentials, _time, async () =>
        {
            using var answer = await AskAsync(http);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        });

        Assert.Equal(SessionRotation.Sessions, keys.Count);
    }

    [Fact]
    public async Task Without_credentials_the_caller_gets_the_explanation()
    {
        _aws.Sts.RemoveRole(_aws.RoleArn);
        await using var credentials = Create();
        using var http = Client(credentials);

        Assert.Equal(IrsaErrorCode.TrustPolicyMismatch, (await Assert.ThrowsAsync<IrsaException>(() => AskAsync(http))).Code);
    }

    private HttpClient Client(WebIdentityTokenCredentials credentials) => new(
        new SigV4SigningHandler(credentials, RegionEndpoint.GetBySystemName(_aws.Region), "sts", new SocketsHttpHandler { AllowAutoRedirect = false }))
    {
        BaseAddress = _aws.Sts.Endpoint,
    };

    private static Task<HttpResponseMessage> AskAsync(HttpClient http) => http.PostAsync(
        new Uri("/", UriKind.Relative), new FormUrlEncodedContent(new Dictionary<string, string> { ["Action"] = "GetCallerIdentity", ["Version"] = "2011-06-15" }), Cancel);

    private WebIdentityTokenCredentials Create()
    {
        var options = new IrsaOptions();
        _aws.Configure(options);
        options.TimeProvider = _time;
        return new WebIdentityTokenCredentials(options);
    }
}
