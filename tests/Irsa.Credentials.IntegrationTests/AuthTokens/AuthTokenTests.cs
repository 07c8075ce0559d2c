using System.Globalization;
using System.Net;
using System.Text;
using System.Web;
using Amazon.Runtime;
using Irsa.Credentials.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Irsa.Credentials.IntegrationTests.AuthTokens;

[Collection(nameof(Crowd))]
public sealed class AuthTokenTests : IAsyncLifetime
{
    private const string Database = "orders.cluster-abc123.eu-central-1.rds.amazonaws.com";

    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());
    private LocalAws _aws = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _aws = await LocalAws.StartAsync(cancellationToken: Cancel);

    public ValueTask DisposeAsync() => _aws.DisposeAsync();

    [Fact]
    public async Task A_token_is_signed_with_the_current_session_and_calls_nothing()
    {
        await using var credentials = Create();
        var keys = await credentials.GetCredentialsAsync(Cancel);
        _aws.Sts.ClearCalls();

        var token = await credentials.GetRdsAuthTokenAsync(Database, 5432, "app", Cancel);

        var query = QueryOf(token.Value);
        Assert.StartsWith($"{Database}:5432/?Action=connect&DBUser=app&", token.Value, StringComparison.Ordinal);
        Assert.StartsWith(keys.AccessKey + "/", query["X-Amz-Credential"], StringComparison.Ordinal);
        Assert.Equal(keys.Token, query["X-Amz-Security-Token"]);

        // STS's clock is the real one, which goes on.
        Assert.InRange(token.Expiration, _time.GetUtcNow().AddMinutes(15).AddSeconds(-2), TimeProvider.System.GetUtcNow().AddMinutes(15).AddSeconds(1));
        Assert.Empty(_aws.Sts.Calls);
    }

    /// <summary>EKS sends the signed call to STS, with the header of its own cluster.</summary>
    [Theory]
    [InlineData("orders", HttpStatusCode.OK)]
    [InlineData("another", HttpStatusCode.Forbidden)]
    public async Task EKS_learns_the_role_from_its_token_and_only_the_named_cluster_does(string cluster, HttpStatusCode expected)
    {
        await using var credentials = Create();
        var token = await credentials.GetEksAuthTokenAsync("orders", cancellationToken: Cancel);
        var signed = new Uri(Decode(token.Value["k8s-aws-v1.".Length..]));
        using var http = new HttpClient();
        using var call = new HttpRequestMessage(HttpMethod.Get, new Uri(_aws.Sts.Endpoint, signed.PathAndQuery));
        call.Headers.Host = signed.Host;
        call.Headers.Add("x-k8s-aws-id", cluster);

        using var answer = await http.SendAsync(call, Cancel);

        Assert.Equal(expected, answer.StatusCode);
        Assert.Equal("sts.eu-central-1.amazonaws.com", signed.Host);
        Assert.Equal(expected == HttpStatusCode.OK, (await answer.Content.ReadAsStringAsync(Cancel)).Contains(":assumed-role/local-app/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_session_with_too_little_left_is_replaced_first()
    {
        await using var credentials = Create(static options => options.RefreshAtFraction = 0.8);
        var first = await credentials.GetCredentialsAsync(Cancel);
        _time.Advance(TimeSpan.FromMinutes(47));

        var token = await credentials.GetRdsAuthTokenAsync(Database, 5432, "app", Cancel);

        Assert.DoesNotContain(first.AccessKey, token.Value, StringComparison.Ordinal);
        Assert.Equal("900", QueryOf(token.Value)["X-Amz-Expires"]);
    }

    [Fact]
    public async Task A_token_never_outlives_its_session_and_STS_is_not_asked_each_time()
    {
        await using var credentials = Create(static options =>
        {
            options.SessionDuration = TimeSpan.FromMinutes(15);
            options.RefreshAtFraction = 0.7;
        });
        await credentials.GetCredentialsAsync(Cancel);
        _time.Advance(TimeSpan.FromMinutes(2));
        await credentials.GetMskAuthTokenAsync(cancellationToken: Cancel);
        _aws.Sts.ClearCalls();

        for (var minute = 0; minute < 5; minute++)
        {
            _time.Advance(TimeSpan.FromMinutes(1));
            var before = credentials.Expiration!.Value;
            var token = await credentials.GetMskAuthTokenAsync(cancellationToken: Cancel);
            var after = credentials.Expiration!.Value;

            var query = QueryOf(Decode(token.Value));
            var written = DateTimeOffset.ParseExact(query["X-Amz-Date"]!, "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal)
                .AddSeconds(int.Parse(query["X-Amz-Expires"]!, CultureInfo.InvariantCulture));
            Assert.Equal(written, token.Expiration);
            Assert.Contains(new[] { before, after }, end => token.Expiration <= end && token.Expiration >= end.AddSeconds(-2));
        }

        // The one may be the refresh that was due, whose time is drawn.
        Assert.InRange(_aws.Sts.Calls.Count, 0, 1);
    }

    [Fact]
    public async Task A_wrong_local_clock_does_not_date_the_signature()
    {
        _time.Advance(TimeSpan.FromHours(2));
        await using var credentials = Create();

        var token = await credentials.GetRdsAuthTokenAsync(Database, 5432, "app", Cancel);

        var real = TimeProvider.System.GetUtcNow();
        Assert.InRange(token.Expiration, real.AddMinutes(14), real.AddMinutes(15).AddSeconds(1));
    }

    [Fact]
    public async Task A_thousand_connections_at_once_cost_one_exchange_and_each_is_signed_with_one_session()
    {
        await using var credentials = Create();

        var tokens = await Task.WhenAll(Enumerable.Range(0, 1000).Select(i => Task.Run(
            () => i % 2 == 0 ? credentials.GetRdsAuthTokenAsync(Database, 5432, "app", Cancel) : Task.FromResult(credentials.GetRdsAuthToken(Database, 5432, "app")))));

        Assert.Single(_aws.Sts.Calls);
        Assert.Single(tokens.Select(static token => QueryOf(token.Value)["X-Amz-Security-Token"]).Distinct());
    }

    [Fact]
    public async Task A_refusal_of_STS_reaches_the_caller_with_its_explanation()
    {
        _aws.Sts.RemoveRole(_aws.RoleArn);
        await using var credentials = Create();

        var thrown = await Assert.ThrowsAsync<IrsaException>(() => credentials.GetElastiCacheAuthTokenAsync("orders", "app", cancellationToken: Cancel));

        Assert.Equal(IrsaErrorCode.TrustPolicyMismatch, thrown.Code);
    }

    [Fact]
    public async Task Other_credentials_are_taken_as_they_are_and_their_end_counts_too()
    {
        var end = TimeProvider.System.GetUtcNow().AddMinutes(5);
        var passing = new Passing(end.UtcDateTime);

        var lasting = await new BasicAWSCredentials("AKIALASTING", "secret").GetRdsAuthTokenAsync(Database, 5432, "app", Cancel);
        var token = passing.GetRdsAuthToken(Database, 5432, "app");

        Assert.InRange(token.Expiration, end.AddSeconds(-2), end);
        Assert.Equal("900", QueryOf(lasting.Value)["X-Amz-Expires"]);
        Assert.Null(QueryOf(lasting.Value)["X-Amz-Security-Token"]);
    }

    public static TheoryData<Func<AWSCredentials, AuthToken>, Func<AWSCredentials, Task<AuthToken>>, string> BothWays => new()
    {
        { static c => c.GetRdsAuthToken(Database, 5432, "app"), static c => c.GetRdsAuthTokenAsync(Database, 5432, "app", Cancel), "Action=connect&DBUser=app" },
        { static c => c.GetDsqlAuthToken("abc.dsql.eu-central-1.on.aws", "app"), static c => c.GetDsqlAuthTokenAsync("abc.dsql.eu-central-1.on.aws", "app", Cancel), "Action=DbConnect" },
        { static c => c.GetElastiCacheAuthToken("orders", "app", isServerless: true), static c => c.GetElastiCacheAuthTokenAsync("orders", "app", isServerless: true, Cancel), "ResourceType=ServerlessCache" },
        { static c => c.GetMemoryDbAuthToken("orders", "app"), static c => c.GetMemoryDbAuthTokenAsync("orders", "app", Cancel), "User=app" },
        { static c => c.GetMskAuthToken("eu-west-1"), static c => c.GetMskAuthTokenAsync("eu-west-1", Cancel), "eu-west-1" },
        { static c => c.GetEksAuthToken("orders", "eu-west-1"), static c => c.GetEksAuthTokenAsync("orders", "eu-west-1", Cancel), "sts.eu-west-1.amazonaws.com" },
    };

    [Theory]
    [MemberData(nameof(BothWays))]
    public async Task A_caller_who_blocks_gets_what_one_who_awaits_gets(Func<AWSCredentials, AuthToken> blocking, Func<AWSCredentials, Task<AuthToken>> awaiting, string words)
    {
        await using var credentials = Create();
        await credentials.GetCredentialsAsync(Cancel);

        var (one, other) = (blocking(credentials), await awaiting(credentials));

        Assert.Equal((one.Value, one.Expiration), (other.Value, other.Expiration));
        var prefix = "k8s-aws-v1.";
        var text = one.Value.StartsWith("https", StringComparison.Ordinal) || one.Value.Contains('?', StringComparison.Ordinal) ? one.Value
            : Decode(one.Value.StartsWith(prefix, StringComparison.Ordinal) ? one.Value[prefix.Length..] : one.Value);
        Assert.Contains(words, text, StringComparison.Ordinal);
    }

    private static System.Collections.Specialized.NameValueCollection QueryOf(string address) =>
        HttpUtility.ParseQueryString(address[address.IndexOf('?', StringComparison.Ordinal)..]);

    private static string Decode(string text) =>
        Encoding.UTF8.GetString(Convert.FromBase64String(text.Replace('-', '+').Replace('_', '/').PadRight((text.Length + 3) / 4 * 4, '=')));

    private WebIdentityTokenCredentials Create(Action<IrsaOptions>? configure = null)
    {
        var options = new IrsaOptions { TimeProvider = _time };
        _aws.Configure(options);
        options.TimeProvider = _time;
        configure?.Invoke(options);
        return new WebIdentityTokenCredentials(options);
    }

    private sealed class Passing(DateTime end) : AWSCredentials
    {
        public override DateTime? Expiration => end;

        public override ImmutableCredentials GetCredentials() => new("ASIAPASSING", "secret", "token");
    }
}
