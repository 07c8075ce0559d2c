using System.Net;
using System.Text.Json;
using Amazon.Runtime;
using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;
using Irsa.Credentials.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Irsa.Credentials.IntegrationTests.TestDouble;

public sealed class LocalStsTests : IAsyncLifetime
{
    // Whole seconds, as STS has them, and near the real time, by which the SDK signs.
    private readonly FakeTimeProvider _time = new(DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()));
    private LocalAws _aws = null!;
    private AmazonSecurityTokenServiceClient _sts = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _aws = await LocalAws.StartAsync(options => options.TimeProvider = _time, Cancel);
        _sts = ClientFor(new AnonymousAWSCredentials());
    }

    public async ValueTask DisposeAsync()
    {
        _sts.Dispose();
        await _aws.DisposeAsync();
    }

    [Fact]
    public async Task A_good_token_gets_a_session_of_the_role_that_says_who_it_is()
    {
        var answer = await AskAsync(_aws.Issuer.IssueToken());

        Assert.Equal("arn:aws:sts::111122223333:assumed-role/local-app/session", answer.AssumedRoleUser.Arn);
        Assert.Equal("system:serviceaccount:default:app", answer.SubjectFromWebIdentityToken);
        Assert.Equal(_time.GetUtcNow().AddHours(1).UtcDateTime, answer.Credentials.Expiration!.Value.ToUniversalTime());
        using var own = ClientFor(answer.Credentials);
        Assert.Equal(answer.AssumedRoleUser.Arn, (await own.GetCallerIdentityAsync(new(), Cancel)).Arn);
    }

    public static TheoryData<string, Action<TokenRequest>, string, int, string> BadTokens => new()
    {
        { "subject", static t => t.ServiceAccount = "other", "AccessDenied", 403, "Not authorized to perform sts:AssumeRoleWithWebIdentity" },
        { "namespace", static t => t.Namespace = "other", "AccessDenied", 403, "Not authorized" },
        { "audience", static t => t.Audience = "https://kubernetes.default.svc", "InvalidIdentityToken", 400, "Incorrect token audience" },
        { "issuer", static t => t.Issuer = "https://oidc.eks.eu-central-1.amazonaws.com/id/UNKNOWN", "InvalidIdentityToken", 400, "No OpenIDConnect provider found in your account for https://oidc.eks.eu-central-1" },
        { "signature", static t => t.InvalidSignature = true, "InvalidIdentityToken", 400, "could not be validated" },
        { "expired", static t => t.IssuedAt = new DateTimeOffset(2026, 11, 20, 0, 0, 0, TimeSpan.Zero), "ExpiredTokenException", 400, "Token expired: current date/time" },
    };

    [Theory]
    [MemberData(nameof(BadTokens))]
    public async Task An_invalid_token_is_refused_with_the_error_of_STS(string what, Action<TokenRequest> spoil, string code, int status, string sentence)
    {
        Assert.NotEmpty(what);
        var refused = await Assert.ThrowsAnyAsync<AmazonSecurityTokenServiceException>(() => AskAsync(_aws.Issuer.IssueToken(spoil)));

        Assert.Equal((code, (HttpStatusCode)status), (refused.ErrorCode, refused.StatusCode));
        Assert.Contains(sentence, refused.Message, StringComparison.Ordinal);
        Assert.NotEmpty(refused.RequestId);
    }

    [Fact]
    public async Task A_duration_above_the_roles_maximum_is_refused_and_up_to_it_granted()
    {
        _aws.Sts.AddRole(_aws.RoleArn, _aws.TrustPolicyOf(_aws.RoleArn).ToJson(), TimeSpan.FromHours(4));

        Assert.Equal(_time.GetUtcNow().AddHours(4).UtcDateTime, (await AskAsync(_aws.Issuer.IssueToken(), seconds: 14400)).Credentials.Expiration!.Value.ToUniversalTime());
        var refused = await Assert.ThrowsAnyAsync<AmazonSecurityTokenServiceException>(() => AskAsync(_aws.Issuer.IssueToken(), seconds: 14401));
        Assert.Contains("exceeds the MaxSessionDuration", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_issuer_publishes_what_verifies_its_tokens()
    {
        using var http = new HttpClient();
        using var discovery = JsonDocument.Parse(await http.GetStringAsync(new Uri(_aws.Issuer.Url, ".well-known/openid-configuration"), Cancel));
        using var keys = JsonDocument.Parse(await http.GetStringAsync(discovery.RootElement.GetProperty("jwks_uri").GetString(), Cancel));

        Assert.Equal(_aws.Issuer.Url.OriginalString, discovery.RootElement.GetProperty("issuer").GetString());
        Assert.Equal("RSA", Assert.Single(keys.RootElement.GetProperty("keys").EnumerateArray()).GetProperty("kty").GetString());
        _aws.Issuer.RotateKey();
        await AskAsync(_aws.Issuer.IssueToken());
    }

    [Fact]
    public void The_token_file_is_laid_out_as_the_kubelet_does_and_swapped_in_one_step()
    {
        var folder = Path.GetDirectoryName(_aws.Tokens.Path)!;
        Assert.Equal(Path.Combine("..data", "token"), new FileInfo(_aws.Tokens.Path).LinkTarget);
        var before = new FileInfo(Path.Combine(folder, "..data")).LinkTarget;

        _aws.Tokens.FileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;
        _aws.Tokens.Rotate();

        var after = new FileInfo(Path.Combine(folder, "..data")).LinkTarget;
        Assert.NotEqual(before, after);
        Assert.False(Directory.Exists(Path.Combine(folder, before!)));
        Assert.True(OperatingSystem.IsWindows() || _aws.Tokens.FileMode == File.GetUnixFileMode(Path.Combine(folder, after!, "token")));
    }

    [Fact]
    public void The_token_is_rotated_when_its_interval_has_passed()
    {
        var before = File.ReadAllText(_aws.Tokens.Path);
        _time.Advance(TimeSpan.FromHours(19.3));

        Assert.NotEqual(before, File.ReadAllText(_aws.Tokens.Path));
    }

    [Fact]
    public void The_environment_is_what_the_webhook_injects_with_the_endpoints() => Assert.Equal(
        [
            "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL_STS", "AWS_REGION", "AWS_ROLE_ARN", "AWS_STS_REGIONAL_ENDPOINTS",
            "AWS_WEB_IDENTITY_TOKEN_FILE",
        ],
        _aws.Environment.Keys.Order());

    [Fact]
    public async Task Disposal_does_not_wait_for_a_call_that_hangs()
    {
        var aws = await LocalAws.StartAsync(cancellationToken: Cancel);
        aws.Sts.Faults.Always(Fault.Hang());
        using var http = new HttpClient();
        var call = http.PostAsync(aws.Sts.Endpoint, new FormUrlEncodedContent([new("Action", "GetCallerIdentity")]), Cancel);
        await Eventually.IsTrueAsync(() => aws.Sts.Calls.Count > 0, Cancel);

        await aws.DisposeAsync();

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => call);
        Assert.False(File.Exists(aws.Tokens.Path));
    }

    private Task<AssumeRoleWithWebIdentityResponse> AskAsync(string token, int? seconds = null)
    {
        var request = new AssumeRoleWithWebIdentityRequest { RoleArn = _aws.RoleArn, RoleSessionName = "session", WebIdentityToken = token };
        if (seconds is { } duration)
        {
            request.DurationSeconds = duration;
        }

        return _sts.AssumeRoleWithWebIdentityAsync(request, Cancel);
    }

    private AmazonSecurityTokenServiceClient ClientFor(Amazon.SecurityToken.Model.Credentials keys) =>
        ClientFor(new SessionAWSCredentials(keys.AccessKeyId, keys.SecretAccessKey, keys.SessionToken));

    private AmazonSecurityTokenServiceClient ClientFor(AWSCredentials credentials) =>
        new(credentials, new AmazonSecurityTokenServiceConfig { ServiceURL = _aws.Sts.Endpoint.AbsoluteUri, AuthenticationRegion = _aws.Region, MaxErrorRetry = 0 });
}
