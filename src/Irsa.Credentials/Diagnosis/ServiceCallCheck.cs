using System.Net.Sockets;
using Amazon.Runtime;
using Irsa.Credentials.Failures;
using Irsa.Credentials.Refresh;

namespace Irsa.Credentials.Diagnosis;

/// <summary>The harmless call: the identity is right by now, so what is refused here is a permission.</summary>
internal static class ServiceCallCheck
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    public static async Task<CheckResultBuilder> MakeAsync(DoctorContext examination, CancellationToken cancellationToken)
    {
        if (examination.Call is not { } call)
        {
            return CheckResultBuilder.Skipped("No call was asked for.");
        }

        if (examination.Issued is not { } issued)
        {
            return CheckResultBuilder.Skipped($"{call.Description}: there are no credentials.");
        }

        using var limit = new CancellationTokenSource(LongestWait, examination.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await call.CallAsync(new SnapshotCredentials(Task.FromResult(issued.Keys), issued.Expiration), either.Token).ConfigureAwait(false);
            return new CheckResultBuilder().Saw($"{call.Description}: allowed.");
        }
        catch (Exception unreachable) when (unreachable.Find<HttpRequestException>() is not null || unreachable.Find<SocketException>() is not null)
        {
            return NoWay(call, $"no connection to the service ({NetworkErrorClassifier.Words(unreachable)})");
        }
        catch (AmazonServiceException refused)
        {
            return Judge(refused, call, issued.AssumedRoleArn);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return NoWay(call, $"no answer within {DurationText.Span(LongestWait)}");
        }
        catch (AmazonClientException unsent)
        {
            return new CheckResultBuilder().Fail($"{call.Description}: the client did not send it ({unsent.GetType().Name}).", "Check the name, the region and the endpoint that it is called with.");
        }
    }

    private static CheckResultBuilder NoWay(DoctorCall call, string seen) => new CheckResultBuilder().Fail(
        $"{call.Description}: {seen}.",
        "Check the way to the service: its VPC endpoint or NAT, network policy, HTTPS_PROXY and NO_PROXY; and the region and the endpoint that are set for it.");

    private static CheckResultBuilder Judge(AmazonServiceException refused, DoctorCall call, string caller)
    {
        var said = $"{call.Description}: {refused.ErrorCode} (HTTP {(int)refused.StatusCode}).";
        return (refused.ErrorCode, (int)refused.StatusCode) switch
        {
            (_, 404) => new CheckResultBuilder().Fail(said, "Check the name, and that it lies in the account and region meant."),
            (_, 301 or 307) or ("AuthorizationHeaderMalformed" or "PermanentRedirect", _) => new CheckResultBuilder().Fail(said, "It lies in another region: set that region."),
            ("RequestTimeTooSkewed", _) => new CheckResultBuilder().Fail(said, "Check the node's clock."),
            ("AccessDenied" or "AccessDeniedException" or "AllAccessDisabled" or "UnauthorizedOperation", _) => new CheckResultBuilder().Fail($"{said} The identity is right, the permission is missing.", $"Allow {caller} the action {call.Permission}: in the role's policies, and where the resource has a policy of its own, there."),
            _ => new CheckResultBuilder().Fail(said, "Look the code up in the service's documentation."),
        };
    }
}
