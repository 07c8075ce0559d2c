using System.Globalization;
using Amazon.Runtime;
using Amazon.S3;
using Irsa.Credentials.Testing;

namespace Irsa.Credentials.IntegrationTests.AwsSdk;

/// <summary>STS of servers that are not AWS: answers as MinIO, Ceph and SeaweedFS write them, through both exchanges of a chain and to a signed request.</summary>
public sealed class OtherServerTests : IAsyncLifetime
{
    private LocalAws _aws = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _aws = await LocalAws.StartAsync(cancellationToken: Cancel);

    public ValueTask DisposeAsync() => _aws.DisposeAsync();

    [Theory]
    [InlineData("")]
    [InlineData("<AssumedRoleUser><Arn></Arn><AssumedRoleId></AssumedRoleId></AssumedRoleUser>")]
    [InlineData("<AssumedRoleUser></AssumedRoleUser>")]
    [InlineData("<AssumedRoleUser><Arn>arn:aws:sts:::assumed-role/{0}/pod-1</Arn></AssumedRoleUser>")]
    [InlineData("<AssumedRoleUser><Arn>arn:aws:sts::assumed-role/{0}/pod-1</Arn></AssumedRoleUser>")]
    [InlineData("<AssumedRoleUser><Arn>arn:aws:sts:::assumed-role/team/{0}/pod-1</Arn></AssumedRoleUser>")]
    public async Task Both_roles_of_a_chain_are_assumed_whatever_the_server_leaves_out(string assumed)
    {
        var requests = new List<string>();
        await using var server = Server(requests, operation => string.Format(CultureInfo.InvariantCulture, assumed, operation == "AssumeRole" ? "second" : "first"));
        var options = Options(server);
        options.RoleSessionName = "pod-1";
        options.AssumeRole = new AssumeRoleOptions { RoleArn = "arn:aws:iam:::role/team/second" };
        await using var credentials = new WebIdentityTokenCredentials(options);

        var keys = await credentials.GetCredentialsAsync(Cancel);
        using var s3 = new AmazonS3Client(credentials, new AmazonS3Config { ServiceURL = options.StsEndpoint!.AbsoluteUri, AuthenticationRegion = "default", ForcePathStyle = true });
        await Assert.ThrowsAnyAsync<AmazonServiceException>(() => s3.GetObjectMetadataAsync("bucket", "key", Cancel));

        Assert.Equal("KEYOFASSUMEROLE", keys.AccessKey);
        Assert.Equal(assumed.Contains("arn:", StringComparison.Ordinal) ? "pod-1" : null, credentials.Status.SessionName);
        Assert.Contains("RoleSessionName=pod-1", requests[1], StringComparison.Ordinal);
        Assert.Contains("Credential=KEYOFASSUMEROLEWITHWEBIDENTITY/", requests[1], StringComparison.Ordinal);
        Assert.Contains("/default/sts/aws4_request", requests[1], StringComparison.Ordinal);
        Assert.Contains("/default/s3/aws4_request", requests[2], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("arn:aws:sts:::assumed-role/other/pod-1")]
    [InlineData("arn:aws:sts:::assumed-role/others/first/pod-1")]
    [InlineData("arn:aws:sts::tenant-2:assumed-role/first/pod-1", "arn:aws:iam::tenant-1:role/team/first")]
    public async Task Another_role_than_the_one_asked_for_is_refused(string assumed, string role = "arn:aws:iam:::role/team/first")
    {
        await using var server = Server([], _ => $"<AssumedRoleUser><Arn>{assumed}</Arn></AssumedRoleUser>");
        var options = Options(server);
        options.RoleArn = role;
        await using var credentials = new WebIdentityTokenCredentials(options);

        var thrown = await Assert.ThrowsAsync<IrsaException>(() => credentials.GetCredentialsAsync(Cancel));

        Assert.Equal(IrsaErrorCode.WrongRole, thrown.Code);
    }

    [Theory]
    [InlineData("400 Bad Request", "ExpiredToken", "The web identity token that was passed is expired or is not valid.", IrsaErrorCode.TokenExpired)]
    [InlineData("403 Forbidden", "AccessDenied", "Generating temporary credentials not allowed for this request.", IrsaErrorCode.TrustPolicyMismatch)]
    [InlineData("400 Bad Request", "InvalidParameterValue", "Role arn:aws:iam:::role/app does not exist", IrsaErrorCode.RequestInvalid)]
    [InlineData("503 Service Unavailable", "STSNotInitialized", "STS API not initialized, please try again.", IrsaErrorCode.StsUnavailable)]
    [InlineData("503 Service Unavailable", "STSIAMNotInitialized", "STS IAM not initialized, please try again.", IrsaErrorCode.StsUnavailable)]
    [InlineData("429 Too Many Requests", "RequestLimitExceeded", "Too many authentication requests. Please try again later.", IrsaErrorCode.Throttled)]
    public async Task What_the_server_refuses_has_an_id_of_its_own(string status, string code, string sentence, IrsaErrorCode expected)
    {
        await using var server = StubServer.Answering(_ => StubServer.Http(
            status,
            "application/xml",
            $"""<?xml version="1.0" encoding="UTF-8"?><ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type></Type><Code>{code}</Code><Message>{sentence}</Message></Error><RequestId>1</RequestId></ErrorResponse>"""));
        await using var credentials = new WebIdentityTokenCredentials(Options(server));

        var thrown = await Assert.ThrowsAsync<IrsaException>(() => credentials.GetCredentialsAsync(Cancel));

        Assert.Equal(expected, thrown.Code);
        Assert.Contains(sentence, thrown.Message, StringComparison.Ordinal);
    }

    private static StubServer Server(List<string> requests, Func<string, string> assumed) => StubServer.Answering(request =>
    {
        requests.Add(request);
        if (!request.Contains("Action=AssumeRole", StringComparison.Ordinal))
        {
            return StubServer.Http("404 Not Found", "application/xml", string.Empty);
        }

        var operation = request.Contains("Action=AssumeRoleWithWebIdentity", StringComparison.Ordinal) ? "AssumeRoleWithWebIdentity" : "AssumeRole";
        return StubServer.Http("200 OK", "application/xml", $"""
            <?xml version="1.0" encoding="UTF-8"?>
            <{operation}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><{operation}Result>{assumed(operation)}
            <Credentials><AccessKeyId>KEYOF{operation.ToUpperInvariant()}</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>token</SessionToken>
            <Expiration>{TimeProvider.System.GetUtcNow().AddHours(1).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)}</Expiration></Credentials>
            </{operation}Result><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></{operation}Response>
            """);
    });

    private IrsaOptions Options(StubServer server)
    {
        var options = new IrsaOptions();
        _aws.Configure(options);
        options.RoleArn = "arn:aws:iam:::role/team/first";
        options.Region = "default";
        options.StsEndpoint = new Uri($"http://127.0.0.1:{server.Port}/");
        options.MaxAttempts = 1;
        return options;
    }
}
