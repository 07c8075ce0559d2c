using System.Globalization;
using Amazon.Runtime;
using Amazon.SecurityToken.Model;
using Irsa.Credentials.Configuration;
using Irsa.Credentials.Failures;
using Irsa.Credentials.Refresh;
using Irsa.Credentials.Tokens;

namespace Irsa.Credentials.Diagnosis;

/// <summary>Who the credentials make us, by a call that is signed with them: it needs no permission, and shows a clock too wrong to sign with.</summary>
internal static class IdentityCheck
{
    public static async Task<CheckResultBuilder> MakeAsync(DoctorContext examination, CancellationToken cancellationToken)
    {
        if (examination is not { Issued: { } issued, Settings: { } settings, Connection: { } connection })
        {
            return CheckResultBuilder.Skipped("There are no credentials.");
        }

        var finding = new CheckResultBuilder();
        try
        {
            using var limit = new CancellationTokenSource(settings.AttemptTimeout, examination.Time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
            using var sts = connection.Create(new SnapshotCredentials(Task.FromResult(issued.Keys), issued.Expiration));
            var caller = await sts.GetCallerIdentityAsync(new GetCallerIdentityRequest(), either.Token).ConfigureAwait(false);
            Compare(caller.Arn, issued, settings, connection.EndpointName, finding);
        }
        catch (AmazonServiceException unknown) when (unknown.ErrorCode is "InvalidAction" or "NotImplemented" or "InvalidParameterValue")
        {
            finding.Saw($"{issued.AssumedRoleArn}, as the exchange says; this server knows no GetCallerIdentity.");
        }
        catch (Exception failed) when (failed is AmazonServiceException or AmazonClientException or HttpRequestException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            finding.Saw($"{issued.AssumedRoleArn}, as the exchange says.").Warn(
                $"A call signed with the credentials did not succeed ({(failed as AmazonServiceException)?.ErrorCode ?? failed.GetType().Name}).",
                "Check the node's clock, and the policy of the interface endpoint for STS.");
        }

        finding.Saw(string.Create(CultureInfo.InvariantCulture, $"The session lasts {DurationText.Span(issued.Lifetime)}, to {issued.Expiration:u}."));
        return ClockSkew.IsSignificant(examination.ClockAhead)
            ? finding.Warn($"The local clock is {DurationText.Span(examination.ClockAhead.Duration())} {(examination.ClockAhead > TimeSpan.Zero ? "ahead of" : "behind")} STS's.", "Check the node's clock.")
            : finding;
    }

    private static void Compare(string? caller, ExchangeResult issued, IrsaSettings settings, string endpoint, CheckResultBuilder finding)
    {
        if (caller == issued.AssumedRoleArn)
        {
            finding.Saw($"{caller}, which is the role asked for.");
            return;
        }

        finding.Fail(FailureClassifier.WrongRole(
            caller ?? "nobody",
            new ExchangeContext("GetCallerIdentity", settings.AssumeRole?.RoleArn ?? settings.RoleArn, endpoint, settings.Region, Token: null, Attempts: 1)));
    }
}
