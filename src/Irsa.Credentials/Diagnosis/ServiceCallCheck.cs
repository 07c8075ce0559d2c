using System.Net.Sockets;
using Amazon.Runtime;
using Irsa.Credentials.Failures;
using Irsa.Credentials.Refresh;

namespace Irsa.Credentials.Diagnosis;

/// <summary>The harmless call: the identity is right by now, so what is refused here is a permission.</summary>
internal static class ServiceCallCheck
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    public static async Task<Finding> MakeAsync(Examination examination, CancellationToken cancellationToken)
    {
        if (examination.Call is not { } call)
        {
            return Finding.Skipped("No call was asked for.");
        }

        if (examination.Issued is not { } issued)
        {
            return Finding.Skipped($"{call.Description}: there are no credentials.");
        }

        using var limit = new CancellationTokenSource(LongestWait, examination.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await call.CallAsync(new FrozenCredentials(Task.FromResult(issued.Keys), issued.Expiration), either.Token).ConfigureAwait(false);
            return new Finding().Saw($"{call.Description}: allowed.");
        }
        catch (Exception unreachable) when (unreachable.Find<HttpRequestException>() is not null || unreachable.Find<SocketException>() is not null)
        {
            return NoWay(call, $"no connection to the service ({NetworkFailures.Words(unreachable)})");
        }
        catch (AmazonServiceException refused)
        {
            return Judge(refused, call, issued.AssumedRoleArn);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return NoWay(call, $"no answer within {TimeInWords.Span(LongestWait)}");
        }
        catch (AmazonClientException unsent)
        {
            return new Finding().Fail($"{call.Description}: the client did not send it ({unsent.GetType().Name}).", "Check the name, the region and the endpoint that it is called with.");
        }
    }

    private static Finding NoWay(DoctorCall call, string seen) => new Finding().Fail(
        $"{call.Description}: {seen}.",
        "Check the way to the service: its VPC endpoint or NAT, network policy, HTTPS_PROXY and NO_PROXY; and the region and the endpoint that are set for it.");

    private static Finding Judge(AmazonServiceException refused, DoctorCall call, string caller)
    {
        var said = $"{call.Description}: {refused.ErrorCode} (HTTP {(int)refused.StatusCode}).";
        return (refused.ErrorCode, (int)refused.StatusCode) switch
        {
            (_, 404) => new Finding().Fail(said, "Check the name, and that it lies in the account and region meant."),
            (_, 301 or 307) or ("AuthorizationHeaderMalformed" or "PermanentRedirect", _) => new Finding().Fail(said, "It lies in another region: set that region."),
            ("RequestTimeTooSkewed", _) => new Finding().Fail(said, "Check the node's clock."),
            ("AccessDenied" or "AccessDeniedException" or "AllAccessDisabled" or "UnauthorizedOperation", _) => new Finding().Fail($"{said} The identity is right, the permission is missing.", $"Allow {caller} the action {call.Permission}: in the role's policies, and where the resource has a policy of its own, there."),
            _ => new Finding().Fail(said, "Look the code up in the service's documentation."),
        };
    }
}
