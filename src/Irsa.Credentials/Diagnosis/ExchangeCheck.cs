using Irsa.Credentials.AwsSdk;
using Irsa.Credentials.Configuration;
using Irsa.Credentials.Failures;
using Irsa.Credentials.Refresh;
using Irsa.Credentials.Sts;

namespace Irsa.Credentials.Diagnosis;

/// <summary>The exchange itself, by the library's own code and once, so that its verdict is the one the application would get.</summary>
internal static class ExchangeCheck
{
    public static async Task<CheckResultBuilder> MakeAsync(DoctorContext examination, CancellationToken cancellationToken)
    {
        if (!examination.AsksSts)
        {
            return CheckResultBuilder.Skipped("No exchange was asked for.");
        }

        if (examination is not { Settings: { } settings, Connection: { } connection, Token: { } token })
        {
            return CheckResultBuilder.Skipped(examination.Settings is null ? "Without valid settings STS is not asked." : "There is no token to exchange.");
        }

        var single = new DoctorTokenSource(token);
        var started = examination.Time.GetTimestamp();
        var outcome = await AskAsync(settings, connection, single, examination.Time, cancellationToken).ConfigureAwait(false);
        if (outcome.Failure is { } failure)
        {
            return new CheckResultBuilder().Fail(ShortOf(failure));
        }

        examination.Issued = outcome.Result;
        examination.ClockAhead = single.ClockAhead;
        var took = examination.Time.GetElapsedTime(started);
        var finding = new CheckResultBuilder().Saw(FormattableString.Invariant($"{connection.EndpointName} issued credentials after {took.TotalMilliseconds:0} ms."));
        return single.RefusedDuration is { } refusal ? finding.Warn(refusal.Message, refusal.Remedy, refusal.Code) : finding;
    }

    private static async Task<ExchangeOutcome> AskAsync(IrsaSettings settings, StsClientFactory connection, DoctorTokenSource single, TimeProvider time, CancellationToken cancellationToken)
    {
        var exchanges = new ExchangeFactory(settings, connection, time);
        using var exchange = exchanges.CreateWebIdentityExchange(single, single, ownsClients: false);
        var once = new ExchangeRequest(isUrgent: false, TimeSpan.Zero);
        var first = await exchange.ExchangeAsync(once, cancellationToken).ConfigureAwait(false);
        if (first.Result is not { } issued || settings.AssumeRole is not { } second)
        {
            return first;
        }

        var source = new IssuedSessionCache(settings, issued, time);
        using var chained = exchanges.CreateChainedExchange(second, source.Cache);
        return await chained.ExchangeAsync(once, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The statement that the remedy would repeat stands at the check of the trust policy already.</summary>
    private static Failure ShortOf(Failure failure) => failure.Code == IrsaErrorCode.TrustPolicyMismatch
        ? failure with
        {
            Remedy = $"Compare the trust policy of {failure.RoleArn} with the statement of check 5 ({AwsCommands.GetTrustPolicy(failure.RoleArn)} > role.json, then irsa trust-policy --compare role.json), and check that the role exists.",
        }
        : failure;
}
