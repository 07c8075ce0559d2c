using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.SecurityToken;
using Irsa.Credentials.AwsSdk;
using Irsa.Credentials.Refresh;
using ModelledExpiredToken = Amazon.SecurityToken.Model.ExpiredTokenException;

namespace Irsa.Credentials.Tests.AwsSdk;

public sealed class SessionRejectionTests
{
    [Theory]
    [InlineData("ExpiredToken", true)]
    [InlineData("ExpiredTokenException", true)]
    [InlineData("RequestExpired", true)]
    [InlineData("InvalidToken", true)]
    [InlineData("TokenRefreshRequired", true)]
    [InlineData("InvalidClientTokenId", true)]
    [InlineData("UnrecognizedClientException", true)]
    [InlineData("AuthFailure", true)]
    [InlineData("AccessDenied", false)]
    [InlineData("SignatureDoesNotMatch", false)]
    [InlineData("RequestTimeTooSkewed", false)]
    [InlineData(null, false)]
    public void Every_name_under_which_AWS_says_that_a_session_is_over_replaces_it(string? code, bool expected)
    {
        var session = Session();

        Assert.Equal(expected ? session : null, SessionRejection.RejectedSession(new AmazonS3Exception("refused") { ErrorCode = code }, session));
        Assert.Equal(expected ? session : null, SessionRejection.RejectedSession(new AmazonServiceException("refused") { ErrorCode = code }, session));
    }

    [Fact]
    public void A_modelled_exception_of_an_operation_is_about_its_input()
    {
        var exception = new ModelledExpiredToken("The token has expired.", ErrorType.Sender, "ExpiredTokenException", "request", HttpStatusCode.BadRequest);

        Assert.IsAssignableFrom<AmazonSecurityTokenServiceException>(exception);
        Assert.Null(SessionRejection.RejectedSession(exception, Session()));
    }

    [Fact]
    public void The_session_of_a_directory_bucket_is_not_ours()
    {
        var ofBucket = new BasicAWSCredentials("AKIABUCKET", "secret");

        Assert.Null(SessionRejection.RejectedSession(new AmazonS3Exception("refused") { ErrorCode = "ExpiredToken" }, ofBucket));
    }

    [Theory]
    [InlineData("InvalidClientTokenId", true)]
    [InlineData("UnrecognizedClientException", true)]
    [InlineData("AuthFailure", true)]
    [InlineData("ExpiredToken", false)]
    public void An_ambiguous_error_that_a_new_session_meets_too_has_another_cause(string code, bool isKept)
    {
        var exception = new AmazonServiceException("refused") { ErrorCode = code };
        var replacement = Session();

        SessionRejection.NoteRepetition(exception, replacement);

        Assert.Equal(isKept, SessionRejection.RejectedSession(exception, replacement) is null);
        Assert.NotNull(SessionRejection.RejectedSession(new AmazonServiceException("refused") { ErrorCode = "ExpiredToken" }, replacement));
        Assert.NotNull(SessionRejection.RejectedSession(exception, Session()));
    }

    private static SnapshotCredentials Session()
    {
        var credentials = new WebIdentityTokenCredentials(new IrsaOptions { RoleArn = TestSettings.Role, WebIdentityTokenFile = "/token", Region = "eu-central-1" });
        return new SnapshotCredentials(Task.FromResult(new ImmutableCredentials("ASIA", "secret", "token")), DateTimeOffset.UnixEpoch) { Source = credentials.Cache };
    }
}
