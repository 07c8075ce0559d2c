using System.Net;
using Amazon.Runtime;
using Irsa.Credentials.Configuration;
using Irsa.Credentials.Diagnosis;
using Irsa.Credentials.Refresh;

namespace Irsa.Credentials.Tests.Diagnosis;

/// <summary>What the last check says of each thing that a service, or the way to it, can do.</summary>
public sealed class ServiceCallCheckTests
{
    private const string Secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCY0123456789";
    private const string Identity = "arn:aws:sts::111122223333:assumed-role/app/pod";

    private readonly SteppableTime _time = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<Exception, string, string> Refusals => new()
    {
        { Refusal("AccessDenied", 403), "AccessDenied (HTTP 403): \"no\". The identity is right, but a permission is missing.", $"Allow {Identity} the action s3:ListBucket" },
        { Refusal("AccessDeniedException", 400), "a permission is missing", "s3:ListBucket" },
        { Refusal("AllAccessDisabled", 403), "a permission is missing", "s3:ListBucket" },
        { Refusal("UnauthorizedOperation", 403), "a permission is missing", "s3:ListBucket" },
        { Refusal("NoSuchBucket", 404), "NoSuchBucket (HTTP 404)", "that it exists in the intended account and region" },
        { Refusal("PermanentRedirect", 301), "PermanentRedirect", "Set the region" },
        { Refusal("TemporaryRedirect", 307), "TemporaryRedirect", "Set the region" },
        { Refusal("AuthorizationHeaderMalformed", 400), "AuthorizationHeaderMalformed", "Set the region" },
        { Refusal("RequestTimeTooSkewed", 403), "RequestTimeTooSkewed", "node's clock" },
        { Refusal("Teapot", 418), "Teapot (HTTP 418)", "Look up the error code" },
        { Refusal(null, 418), "no error code (HTTP 418)", "Look up the error code" },
        { new HttpRequestException(HttpRequestError.NameResolutionError), "no connection to the service (the name does not resolve)", "Allow HTTPS from the pod" },
        { new AmazonClientException("x"), "did not send the request (AmazonClientException)", "name, the region and the endpoint" },
        { new OperationCanceledException(), "no answer within", "Allow HTTPS from the pod" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task A_call_that_fails_is_explained(Exception thrown, string seen, string remedy)
    {
        var check = await ExamineAsync((_, _) => throw thrown);

        Assert.Equal(DoctorVerdict.Fail, check.Verdict);
        Assert.Contains("s3:ListBucket on bucket: ", check.Seen, StringComparison.Ordinal);
        Assert.Contains(seen, check.Seen, StringComparison.Ordinal);
        Assert.Contains(remedy, check.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_that_hangs_costs_ten_seconds()
    {
        var check = ExamineAsync((_, cancellation) => new TaskCompletionSource().Task.WaitAsync(cancellation));

        _time.Advance(TimeSpan.FromSeconds(10));

        Assert.Contains("no answer within", (await check).Seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_is_made_with_the_issued_session_and_may_be_allowed()
    {
        var check = await ExamineAsync(async (credentials, _) => Assert.Equal("KEY", (await credentials.GetCredentialsAsync()).AccessKey));

        Assert.Equal((DoctorVerdict.Pass, "s3:ListBucket on bucket: allowed."), (check.Verdict, check.Seen));
    }

    [Fact]
    public async Task A_sentence_that_repeats_a_secret_is_shown_without_it()
    {
        var check = await ExamineAsync((_, _) => throw new AmazonServiceException($"I got {Secret}", ErrorType.Sender, "AccessDenied", "id", HttpStatusCode.Forbidden));

        Assert.Contains("I got", check.Seen, StringComparison.Ordinal);
        Assert.DoesNotContain("K7MDENG", check.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_credentials_no_call_is_made()
    {
        var check = await ExamineAsync((_, _) => throw new InvalidOperationException(), isIssued: false);

        Assert.Equal((DoctorVerdict.Skipped, "s3:ListBucket on bucket was not called, because there are no credentials."), (check.Verdict, check.Seen));
    }

    private static AmazonServiceException Refusal(string? code, int status) => new("no", ErrorType.Sender, code, "id", (HttpStatusCode)status);

    private async Task<DoctorCheck> ExamineAsync(Func<AWSCredentials, CancellationToken, Task> call, bool isIssued = true)
    {
        using var context = new DoctorContext(new IrsaOptions(), new InjectedEnvironment(static _ => null), _time, exchange: true, new DoctorCall("s3:ListBucket on bucket", "s3:ListBucket on arn:aws:s3:::bucket", call))
        {
            Issued = !isIssued ? null : new ExchangeResult
            {
                Keys = new ImmutableCredentials("KEY", Secret, "token"),
                AssumedRoleArn = Identity,
                Expiration = _time.GetUtcNow().AddHours(1),
                Lifetime = TimeSpan.FromHours(1),
                SentAt = 0,
            },
        };
        return (await ServiceCallCheck.RunAsync(context, Cancel)).ToCheck(10, "service call");
    }
}
