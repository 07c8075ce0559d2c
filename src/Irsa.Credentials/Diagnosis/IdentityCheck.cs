using System.Globalization;
using Amazon.Runtime;
using Amazon.SecurityToken.Model;
using Irsa.Credentials.Configuration;
using Irsa.Credentials.Failures;
using Irsa.Credentials.Refresh;
using Irsa.Credentials.Tokens;
using static Irsa.Credentials.Failures.DisplayText;

namespace Irsa.Credentials.Diagnosis;

/// <summary>Asks STS who the credentials belong to. The signed call needs no permission, and fails if the clock is too wrong to sign with.</summary>
internal static class IdentityCheck
{
    public static async Task<CheckResultBuilder> RunAsync(DoctorContext context, CancellationToken cancellationToken)
    {
        if (context is not { Issued: { } issued, Settings: { } settings, StsClients: { } clients })
        {
            return CheckResultBuilder.Skipped("There are no credentials.");
        }

        var result = new CheckResultBuilder();
        try
        {
            using var limit = new CancellationTokenSource(context.LimitOf(settings.AttemptTimeout), context.Time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
            using var sts = clients.Create(new SnapshotCredentials(Task.FromResult(issued.Keys), issued.Expiration));
            var caller = await sts.GetCallerIdentityAsync(new GetCallerIdentityRequest(), either.Token).ConfigureAwait(false);
            Compare(caller.Arn, issued, settings, clients.EndpointName, result);
        }
        catch (AmazonServiceException unknown) when (unknown.ErrorCode is "InvalidAction" or "NotImplemented" or "InvalidParameterValue")
        {
            result.Observe($"The exchange returned {Quote(issued.AssumedRoleArn ?? "credentials")}. This server does not support GetCallerIdentity.");
        }
        catch (Exception failed) when (failed is AmazonServiceException or AmazonClientException or HttpRequestException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            result.Observe($"The exchange returned {Quote(issued.AssumedRoleArn ?? "credentials")}.").Warn(
                $"A call signed with the credentials failed ({Escape((failed as AmazonServiceException)?.ErrorCode ?? failed.GetType().Name)}).",
                "Check the node's clock, and the policy of the interface endpoint for STS.");
        }

        result.Observe(string.Create(CultureInfo.InvariantCulture, $"The session lasts {DurationText.Of(issued.Lifetime)}, until {issued.Expiration:u}."));
        return ClockSkew.IsSignificant(context.ClockAhead)
            ? result.Warn(
                $"The local clock is {DurationText.Of(context.ClockAhead)} {(context.ClockAhead > TimeSpan.Zero ? "ahead of" : "behind")} STS.",
                "Correct the node's clock (chrony or another NTP client).")
            : result;
    }

    private static void Compare(string? caller, ExchangeResult issued, IrsaSettings settings, string endpoint, CheckResultBuilder result)
    {
        if (caller is not null && issued.AssumedRoleArn is null)
        {
            result.Observe($"The role is that of {Quote(caller)}.");
            return;
        }

        if (caller is not null && caller == issued.AssumedRoleArn)
        {
            result.Observe($"{Quote(caller)}, which is a session of the configured role.");
            return;
        }

        result.Fail(StsFailures.OtherRole(
            caller ?? "(none)",
            new ExchangeContext("GetCallerIdentity", settings.AssumeRole?.RoleArn ?? settings.RoleArn, () => endpoint, settings.Region, Token: null, Attempts: 1)));
    }
}
