using Amazon.Runtime;
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
        catch (AmazonServiceException refused)
        {
            return Judge(refused, call, issued.AssumedRoleArn);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new Finding().Fail($"{call.Description}: no answer within {TimeInWords.Span(LongestWait)}.", "Check the way to the service: network policy, and its VPC endpoint.");
        }
    }

    private static Finding Judge(AmazonServiceException refused, DoctorCall call, string caller)
    {
        var said = $"{call.Description}: {refused.ErrorCode} (HTTP {(int)refused.StatusCode}).";
        return (refused.ErrorCode, (int)refused.StatusCode) switch
        {
            (_, 404) => new Finding().Fail(said, "Check the name, and that it lies in the account and region meant."),
            (_, 301 or 307) or ("AuthorizationHeaderMalformed" or "PermanentRedirect", _) => new Finding().Fail(said, "It lies in another region: set that region."),
            ("RequestTimeTooSkewed", _) => new Finding().Fail(said, "Check the node's clock."),
            (_, 403) => new Finding().Fail($"{said} The identity is right, the permission is missing.", $"Allow {caller} the action {call.Permission}: in the role's policies, and where the resource has a policy of its own, there."),
            _ => new Finding().Fail(said, "Look the code up in the service's documentation."),
        };
    }
}
