using Irsa.Credentials.Failures;

namespace Irsa.Credentials.Tests.Failures;

/// <summary>What the agent of EKS Pod Identity refuses, in its plain text, and what other endpoints do.</summary>
public sealed class ContainerFailuresTests
{
    private static readonly ExchangeContext Context = new("GetCredentials", TestSettings.Role, static () => "http://169.254.170.23/v1/credentials", "eu-central-1", null, 1);

    [Theory]
    [InlineData(400, "[id]: (AccessDeniedException): not allowed, fault: client", IrsaErrorCode.ContainerAccessDenied, true)]
    [InlineData(401, "", IrsaErrorCode.ContainerAccessDenied, true)]
    [InlineData(403, "no", IrsaErrorCode.ContainerAccessDenied, true)]
    [InlineData(400, "[id]: (ResourceNotFoundException): no association, fault: client", IrsaErrorCode.AssociationMissing, true)]
    [InlineData(404, "", IrsaErrorCode.AssociationMissing, true)]
    [InlineData(400, "[id]: (ThrottlingException): slow down, fault: client", IrsaErrorCode.ContainerUnavailable, false)]
    [InlineData(429, "", IrsaErrorCode.ContainerUnavailable, false)]
    [InlineData(500, "[id]: (InternalServerException): oh, fault: server", IrsaErrorCode.ContainerUnavailable, false)]
    [InlineData(503, "", IrsaErrorCode.ContainerUnavailable, false)]
    [InlineData(400, "[id]: (InvalidTokenException): bad, fault: client", IrsaErrorCode.ContainerTokenRejected, true)]
    [InlineData(400, "", IrsaErrorCode.ContainerTokenRejected, true)]
    [InlineData(403, "[id]: (SomethingElse): what, fault: client", IrsaErrorCode.ContainerResponseInvalid, false)]
    [InlineData(302, "", IrsaErrorCode.ContainerResponseInvalid, false)]
    public void A_refusal_has_one_cause(int status, string body, IrsaErrorCode expected, bool isPermanent)
    {
        var failure = ContainerFailures.Refused(status, body, Context);

        Assert.Equal((expected, isPermanent, status), (failure.Code, failure.IsPermanent, failure.Sts!.HttpStatus));
        Assert.Contains($"refused GetCredentials (HTTP {status}", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_time_limit_and_a_broken_way_are_told_apart()
    {
        Assert.Contains("in time", ContainerFailures.Unreachable(new TimeoutException(), Context).Message, StringComparison.Ordinal);
        Assert.Contains("in time", ContainerFailures.Unreachable(new OperationCanceledException(), Context).Message, StringComparison.Ordinal);
        Assert.Contains("(HttpRequestException)", ContainerFailures.Unreachable(new HttpRequestException("x"), Context).Message, StringComparison.Ordinal);
        Assert.Contains(
            "(ConnectionRefused)",
            ContainerFailures.Unreachable(new HttpRequestException("x", new System.Net.Sockets.SocketException((int)System.Net.Sockets.SocketError.ConnectionRefused)), Context).Message,
            StringComparison.Ordinal);
    }
}
