using Irsa.Credentials.AwsSdk;
using Irsa.Credentials.Configuration;
using Irsa.Credentials.Failures;
using Irsa.Credentials.Refresh;
using Irsa.Credentials.Sts;

namespace Irsa.Credentials.Diagnosis;

/// <summary>Exchanges the token once with the library's own code, so that the result is what the application would get.</summary>
internal static class ExchangeCheck
{
    public static async Task<CheckResultBuilder> RunAsync(DoctorContext context, CancellationToken cancellationToken)
    {
        if (!context.IsExchangeRequested)
        {
            return CheckResultBuilder.Skipped("No exchange was requested.");
        }

        if (context is not { Settings: { } settings, StsClients: { } clients, Token: { } token })
        {
            return CheckResultBuilder.Skipped(context.Settings is null ? "Without valid settings STS is not called." : "There is no token to exchange.");
        }

        if (context.IsStsSilent)
        {
            return CheckResultBuilder.Skipped("STS is not called, because check 6 got no answer.");
        }

        var source = new DoctorTokenSource(token);
        var started = context.Time.GetTimestamp();
        var outcome = await ExchangeAsync(context, settings, clients, source, cancellationToken).ConfigureAwait(false);
        if (outcome.Failure is { } failure)
        {
            // The check of the trust policy shows the needed statement already.
            return new CheckResultBuilder().Fail(StsFailures.WithoutStatement(failure));
        }

        context.Issued = outcome.Result;
        context.ClockAhead = source.ClockAhead;
        var took = context.Time.GetElapsedTime(started);
        var result = new CheckResultBuilder().Observe(FormattableString.Invariant($"{clients.EndpointName} issued credentials after {took.TotalMilliseconds:0} ms."));
        return source.RefusedDuration is { } refusal ? result.Warn(refusal) : result;
    }

    private static async Task<ExchangeOutcome> ExchangeAsync(
        DoctorContext context, IrsaSettings settings, StsClientFactory clients, DoctorTokenSource tokens, CancellationToken cancellationToken)
    {
        var time = context.Time;
        using var exchange = Exchanges().CreateWebIdentityExchange(tokens, tokens, ownsClients: false);
        var once = new ExchangeRequest(usableUntil: long.MaxValue, TimeSpan.Zero, MonotonicClock.Of(time));
        var first = await exchange.ExchangeAsync(once, cancellationToken).ConfigureAwait(false);
        if (first.Result is not { } issued || settings.AssumeRole is not { } second)
        {
            return first;
        }

        context.IssuedToFirstRole = issued;
        var source = new IssuedSessionCache(settings, issued, time);
        using var chained = Exchanges().CreateChainedExchange(second, source.Cache);
        return await chained.ExchangeAsync(once, cancellationToken).ConfigureAwait(false);

        ExchangeFactory Exchanges() => new(settings with { AttemptTimeout = context.LimitOf(settings.AttemptTimeout) }, clients, time);
    }
}
