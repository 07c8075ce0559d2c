using Amazon.S3;
using Irsa.Credentials.Configuration;
using Irsa.Credentials.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Irsa.Credentials.IntegrationTests.Diagnosis;

/// <summary>The checks that ask somebody, with real sockets.</summary>
public sealed class DoctorAgainstLocalAwsTests : IAsyncLifetime
{
    private readonly Dictionary<string, string> _variables = new() { ["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = "http://127.0.0.1:1/" };
    private LocalAws _aws = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _aws = await LocalAws.StartAsync(static options => options.Buckets.Add("bucket"), Cancel);
        foreach (var (name, value) in _aws.Environment)
        {
            _variables[name] = value;
        }

        _variables["AWS_ENDPOINT_URL_STS"] = _aws.Sts.Endpoint.AbsoluteUri;
    }

    public ValueTask DisposeAsync() => _aws.DisposeAsync();

    [Fact]
    public async Task A_healthy_pod_passes_with_one_exchange_and_one_signed_call()
    {
        var report = await ExamineAsync(call: List("bucket"));

        Assert.All(report.Checks, static check => Assert.True(check.Verdict == DoctorVerdict.Pass, check.ToString()));
        Assert.Equal(0, report.ExitCode);
        Assert.Equal(["AssumeRoleWithWebIdentity", "GetCallerIdentity"], _aws.Sts.Calls.Select(static call => call.Action));
        Assert.Contains("assumed-role/local-app/app-0\", which is a session of the configured role. The session lasts 60 minutes", report.Checks[7].Seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_the_exchange_no_call_is_made()
    {
        var report = await ExamineAsync(exchange: false, call: List("bucket"));

        Assert.Empty(_aws.Sts.Calls);
        Assert.Empty(_aws.S3.Calls);
        Assert.Equal(["exchange", "identity", "service call"], Skipped(report));
        Assert.Equal(0, report.ExitCode);
    }

    public static TheoryData<string, Action<LocalAws>, string> Refusals => new()
    {
        { "role", static aws => aws.Sts.RemoveRole(aws.RoleArn), "IRSA301" },
        { "provider", static aws => aws.Sts.RemoveProvider(aws.Issuer.Url.OriginalString), "IRSA302" },
        { "expired", static aws => aws.Tokens.Write(aws.Issuer.IssueToken(static token => token.IssuedAt = TimeProvider.System.GetUtcNow().AddDays(-3))), "IRSA206" },
        { "throttled", static aws => aws.Sts.Faults.Always(Fault.Throttle()), "IRSA312" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task A_refusal_costs_one_call_whether_permanent_or_not(string what, Action<LocalAws> spoil, string id)
    {
        Assert.NotEmpty(what);
        spoil(_aws);

        var report = await ExamineAsync(call: List("bucket"));

        Assert.Equal((DoctorVerdict.Fail, id), (report.Checks[6].Verdict, report.Checks[6].ErrorId));
        Assert.Equal(["identity", "service call"], Skipped(report));
        Assert.Single(_aws.Sts.Calls);
        Assert.Equal(2, report.ExitCode);
    }

    [Fact]
    public async Task A_trust_policy_is_shown_once()
    {
        _aws.Sts.RemoveRole(_aws.RoleArn);

        var report = await ExamineAsync();

        Assert.Single(report.Checks, static check => $"{check.Seen}{check.Remedy}{check.Details}".Contains("\"Federated\"", StringComparison.Ordinal));
        Assert.Contains("irsa trust-policy --compare role.json", report.Checks[6].Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://sts.invalid/", "IRSA401")]
    [InlineData("http://127.0.0.1:1/", "IRSA402")]
    public async Task The_way_to_STS_is_tried_before_STS_is(string endpoint, string id)
    {
        _variables["AWS_ENDPOINT_URL_STS"] = endpoint;

        var report = await ExamineAsync();

        Assert.Equal((DoctorVerdict.Fail, id), (report.Checks[5].Verdict, report.Checks[5].ErrorId));
        Assert.Equal(id, report.Checks[6].ErrorId);
    }

    [Theory]
    [InlineData(-10, "behind")]
    [InlineData(10, "ahead of")]
    public async Task A_wrong_clock_is_a_warning(int minutes, string word)
    {
        _aws.Tokens.Write(_aws.Issuer.IssueToken(static token => token.IssuedAt = TimeProvider.System.GetUtcNow().AddHours(-1)));

        var report = await ExamineAsync(time: new FakeTimeProvider(TimeProvider.System.GetUtcNow().AddMinutes(minutes)));

        Assert.Equal(DoctorVerdict.Warn, report.Checks[7].Verdict);
        Assert.Contains($"10 minutes {word} STS.", report.Checks[7].Seen, StringComparison.Ordinal);
        Assert.Equal(1, report.ExitCode);
    }

    [Fact]
    public async Task A_session_longer_than_the_role_allows_is_a_warning()
    {
        var report = await ExamineAsync(static options => options.SessionDuration = TimeSpan.FromHours(12));

        Assert.Equal((DoctorVerdict.Warn, "IRSA310"), (report.Checks[6].Verdict, report.Checks[6].ErrorId));
    }

    [Fact]
    public async Task The_second_role_is_assumed_with_the_session_issued_already()
    {
        const string Second = "arn:aws:iam::999922223333:role/second";
        _aws.Sts.AddRole(Second, $$"""{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"{{_aws.RoleArn}}"},"Action":"sts:AssumeRole"}]}""");

        var report = await ExamineAsync(static options => options.AssumeRole = new AssumeRoleOptions { RoleArn = Second });

        Assert.Equal(0, report.ExitCode);
        Assert.Contains("arn:aws:sts::999922223333:assumed-role/second/app-0", report.Checks[7].Seen, StringComparison.Ordinal);
        Assert.Equal(["AssumeRoleWithWebIdentity", "AssumeRole", "GetCallerIdentity"], _aws.Sts.Calls.Select(static call => call.Action));
    }

    [Fact]
    public async Task A_metadata_service_that_answers_is_a_warning()
    {
        using var metadata = new DedicatedThreadSts();
        _variables["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = metadata.Endpoint.AbsoluteUri;

        var report = await ExamineAsync();

        Assert.Equal(DoctorVerdict.Warn, report.Checks[8].Verdict);
        Assert.Equal(1, metadata.Calls);
    }

    [Theory]
    [InlineData(403, 200, DoctorVerdict.Warn, "without a session token (IMDSv1)")]
    [InlineData(null, 200, DoctorVerdict.Warn, "without a session token (IMDSv1)")]
    [InlineData(403, 401, DoctorVerdict.Pass, "refuses this pod (HTTP 401)")]
    [InlineData(null, 401, DoctorVerdict.Pass, "refuses this pod (HTTP 401)")]
    [InlineData(403, null, DoctorVerdict.Pass, "refuses this pod (HTTP 403)")]
    [InlineData(null, null, DoctorVerdict.Pass, "does not answer this pod")]
    public async Task A_metadata_service_that_demands_no_token_gives_the_nodes_role_whatever_its_hop_limit(int? toPut, int? toGet, DoctorVerdict verdict, string seen)
    {
        await using var metadata = StubServer.Answering(request =>
            (request.StartsWith("PUT /latest/api/token ", StringComparison.Ordinal) ? toPut : request.StartsWith("GET /latest/meta-data/iam/security-credentials/ ", StringComparison.Ordinal) ? toGet : 500) is { } status
                ? StubServer.Http($"{status} x", "text/plain", "node-role")
                : string.Empty);
        _variables["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = $"http://127.0.0.1:{metadata.Port}/";

        var check = (await ExamineAsync(exchange: false)).Checks[8];

        Assert.Equal(verdict, check.Verdict);
        Assert.Contains(seen, check.Seen, StringComparison.Ordinal);
        Assert.Equal(verdict == DoctorVerdict.Warn, check.Remedy?.Contains("--http-tokens required", StringComparison.Ordinal) == true);
    }

    [Fact]
    public async Task Credentials_of_somebody_else_fail_although_they_were_issued()
    {
        _aws.Sts.Faults.Next(Fault.Gate(Task.CompletedTask));
        _aws.Sts.Faults.Next(Fault.Body(200, "text/xml", """
            <GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>arn:aws:sts::111122223333:assumed-role/other/app-0</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>
            """));

        var check = (await ExamineAsync()).Checks[7];

        Assert.Equal((DoctorVerdict.Fail, "IRSA315"), (check.Verdict, check.ErrorId));
        Assert.Contains("assumed-role/other/app-0", check.Seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_signed_call_that_is_refused_is_a_warning_about_clock_and_endpoint()
    {
        _aws.Sts.Faults.Next(Fault.Gate(Task.CompletedTask));
        _aws.Sts.Faults.Next(Fault.Error(403, "SignatureDoesNotMatch", "Signature expired"));

        var check = (await ExamineAsync()).Checks[7];

        Assert.Equal(DoctorVerdict.Warn, check.Verdict);
        Assert.Contains("failed (SignatureDoesNotMatch)", check.Seen, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("missing", null, "NoSuchBucket (HTTP 404)", "Check the name")]
    [InlineData("bucket", "AccessDenied", "AccessDenied (HTTP 403): \"refused\". The identity is right, but a permission is missing.", "the action s3:ListBucket on arn:aws:s3:::bucket")]
    [InlineData("bucket", "RequestTimeTooSkewed", "RequestTimeTooSkewed (HTTP 403)", "Correct the node's clock")]
    [InlineData("bucket", "SignatureDoesNotMatch", "SignatureDoesNotMatch (HTTP 403)", "Look up the error code")]
    public async Task A_call_that_is_refused_is_told_from_an_identity_that_is_wrong(string bucket, string? code, string seen, string remedy)
    {
        if (code is not null)
        {
            _aws.S3.Faults.Always(Fault.Error(403, code, "refused"));
        }

        var report = await ExamineAsync(call: List(bucket));

        Assert.Equal((DoctorVerdict.Pass, DoctorVerdict.Fail), (report.Checks[7].Verdict, report.Checks[9].Verdict));
        Assert.StartsWith($"s3:ListBucket on {bucket}: {seen}", report.Checks[9].Seen, StringComparison.Ordinal);
        Assert.Contains(remedy, report.Checks[9].Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://127.0.0.1:1/", "no connection to the service (connection refused")]
    [InlineData("http://s3.invalid/", "no connection to the service (the name does not resolve)")]
    public async Task A_service_that_is_not_reached_is_not_blamed_on_STS(string endpoint, string seen)
    {
        var check = (await ExamineAsync(call: List("bucket", endpoint))).Checks[9];

        Assert.Equal((DoctorVerdict.Fail, null), (check.Verdict, check.ErrorId));
        Assert.Contains(seen, check.Seen, StringComparison.Ordinal);
        Assert.StartsWith("Allow HTTPS from the pod to the service", check.Remedy, StringComparison.Ordinal);
    }

    public static TheoryData<Exception, string, string?> Unsent => new()
    {
        { new Amazon.Runtime.AmazonClientException("no"), "the client did not send the request (AmazonClientException)", null },
        { new InvalidOperationException("no"), "An unexpected System.InvalidOperationException", "IRSA500" },
    };

    [Theory]
    [MemberData(nameof(Unsent))]
    public async Task A_call_that_is_not_sent_is_no_failure_of_the_exchange(Exception thrown, string seen, string? id)
    {
        var check = (await ExamineAsync(call: new DoctorCall("x", "x", (_, _) => throw thrown))).Checks[9];

        Assert.Equal((DoctorVerdict.Fail, id), (check.Verdict, check.ErrorId));
        Assert.Contains(seen, check.Seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_call_throws_shows_no_secret_whatever_it_says()
    {
        string? secret = null;
        var report = await ExamineAsync(call: new DoctorCall("echo", "echo", async (credentials, _) =>
        {
            secret = (await credentials.GetCredentialsAsync()).SecretKey;
            throw new AmazonS3Exception("echo") { ErrorCode = $"Bad-{secret}" };
        }));

        Assert.NotNull(secret);
        Assert.DoesNotContain(secret, report.ToJson() + report, StringComparison.Ordinal);

        // A key may begin with a plus sign, which is a space in the text once its escapes are undone.
        Assert.Matches(@"Bad-\+?\[removed\]", report.Checks[9].Seen);
    }

    private static IEnumerable<string> Skipped(DoctorReport report) =>
        report.Checks.Where(static check => check.Verdict == DoctorVerdict.Skipped).Select(static check => check.Name);

    private DoctorCall List(string bucket, string? endpoint = null) => new($"s3:ListBucket on {bucket}", $"s3:ListBucket on arn:aws:s3:::{bucket}", async (credentials, cancellationToken) =>
    {
        using var s3 = new AmazonS3Client(credentials, new AmazonS3Config { ServiceURL = endpoint ?? _aws.S3.Endpoint.AbsoluteUri, AuthenticationRegion = _aws.Region, MaxErrorRetry = 0 });
        await s3.ListObjectsV2Async(new() { BucketName = bucket, MaxKeys = 1 }, cancellationToken);
    });

    private Task<DoctorReport> ExamineAsync(Action<IrsaOptions>? configure = null, TimeProvider? time = null, bool exchange = true, DoctorCall? call = null)
    {
        var options = new IrsaOptions();
        configure?.Invoke(options);
        return new IrsaDoctor(options, new InjectedEnvironment(name => _variables.GetValueOrDefault(name)), time ?? TimeProvider.System) { RunExchange = exchange, Call = call }.ExamineAsync(Cancel);
    }
}
