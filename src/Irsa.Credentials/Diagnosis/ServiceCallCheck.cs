using System.Net.Sockets;
using Amazon.Runtime;
using Irsa.Credentials.Failures;
using Irsa.Credentials.Refresh;
using static Irsa.Credentials.Failures.DisplayText;

namespace Irsa.Credentials.Diagnosis;

/// <summary>Makes the harmless call. The identity is right by now, so a refusal is about a permission.</summary>
internal static class ServiceCallCheck
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    public static async Task<CheckResultBuilder> RunAsync(DoctorContext context, CancellationToken cancellationToken)
    {
        if (context.Call is not { } call)
        {
            return CheckResultBuilder.Skipped("No call was requested.");
        }

        if (context.Issued is not { } issued)
        {
            return CheckResultBuilder.Skipped($"{call.Description} was not called, because there are no credentials.");
        }

        var longest = context.LimitOf(LongestWait);
        using var limit = new CancellationTokenSource(longest, context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await call.CallAsync(new SnapshotCredentials(Task.FromResult(issued.Keys), issued.Expiration), either.Token).WaitAsync(either.Token).ConfigureAwait(false);
            return new CheckResultBuilder().Observe($"{call.Description}: allowed.");
        }
        catch (Exception unreachable) when (unreachable.Find<HttpRequestException>() is not null || unreachable.Find<SocketException>() is not null)
        {
            return Unreachable(call, $"no connection to the service ({NetworkErrorClassifier.Reason(unreachable)})");
        }
        catch (AmazonServiceException refused)
        {
            return Explain(refused, call, issued.AssumedRoleArn ?? "the role", context.Secrets);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Unreachable(call, $"no answer within {DurationText.Of(longest)}");
        }
        catch (AmazonClientException unsent)
        {
            return new CheckResultBuilder().Fail($"{call.Description}: the client did not send the request ({unsent.GetType().Name}).", "Check the name, the region and the endpoint of the call.");
        }
    }

    private static CheckResultBuilder Unreachable(DoctorCall call, string seen) => new CheckResultBuilder().Fail(
        $"{call.Description}: {seen}.",
        "Allow HTTPS from the pod to the service: a VPC endpoint or NAT gateway, the network policy, HTTPS_PROXY and NO_PROXY. Check the configured region and endpoint of the service.");

    private static CheckResultBuilder Explain(AmazonServiceException refused, DoctorCall call, string caller, KnownSecrets secrets)
    {
        var seen = $"{call.Description}: {Escape(refused.ErrorCode ?? "no error code")} (HTTP {(int)refused.StatusCode}){Sentence(refused, secrets)}.";
        return (refused.ErrorCode, (int)refused.StatusCode) switch
        {
            (_, 404) => new CheckResultBuilder().Fail(seen, "Check the name, and that it exists in the intended account and region."),
            (_, 301 or 307) or ("AuthorizationHeaderMalformed" or "PermanentRedirect", _) => new CheckResultBuilder().Fail(seen, "Set the region that it belongs to: it is in another one."),
            ("RequestTimeTooSkewed", _) => new CheckResultBuilder().Fail(seen, "Correct the node's clock (chrony or another NTP client)."),
            ("AccessDenied" or "AccessDeniedException" or "AllAccessDisabled" or "UnauthorizedOperation", _) => new CheckResultBuilder().Fail(
                $"{seen} The identity is right, but a permission is missing.",
                DenyingPolicy(refused.Message) is { } policy
                    ? $"Ask the owner of the {policy} to allow {caller} the action {call.Permission}."
                    : $"Allow {caller} the action {call.Permission} in the role's policies and in the resource's own policy."),
            _ => new CheckResultBuilder().Fail(seen, "Look up the error code in the service's documentation."),
        };
    }

    private static string? DenyingPolicy(string? sentence)
    {
        string[] kinds = ["service control policy", "resource control policy", "VPC endpoint policy", "permissions boundary", "session policy", "resource-based policy", "identity-based policy"];
        return Array.Find(kinds, kind => sentence?.Contains(kind, StringComparison.OrdinalIgnoreCase) == true);
    }

    /// <summary>The service's own sentence names the kind of policy that denies the call.</summary>
    private static string Sentence(AmazonServiceException refused, KnownSecrets secrets) =>
        string.IsNullOrWhiteSpace(refused.Message) || SecretRedactor.QuotesBody(refused.Message) ? string.Empty : $": {Quote(SecretRedactor.Redact(refused.Message, secrets))}";
}
