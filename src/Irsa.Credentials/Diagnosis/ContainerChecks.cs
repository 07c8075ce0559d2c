using Irsa.Credentials.Failures;
using Irsa.Credentials.Refresh;
using Irsa.Credentials.Sts;
using static Irsa.Credentials.Failures.DisplayText;

namespace Irsa.Credentials.Diagnosis;

/// <summary>The checks that differ where EKS Pod Identity, or ECS, gives the credentials.</summary>
internal static class ContainerChecks
{
    private const string Audience = "pods.eks.amazonaws.com";

    public static CheckResultBuilder Role(DoctorContext context) => context.Settings?.Container is { ExpectedRole: null }
        ? new CheckResultBuilder().Observe("The association names the role. Any role is accepted, because IrsaOptions.RoleArn is not set.")
        : RoleCheck.Run(context);

    public static async Task<CheckResultBuilder> TokenFileAsync(DoctorContext context, CancellationToken cancellationToken) =>
        context.Settings?.Container is { TokenFile: null } endpoint
            ? CheckResultBuilder.Skipped(endpoint.Token is null ? "The endpoint is asked without a token." : "A variable holds the token.")
            : await TokenFileCheck.RunAsync(context, cancellationToken).ConfigureAwait(false);

    public static CheckResultBuilder Token(DoctorContext context)
    {
        if (context.Token is not { Claims: var claims })
        {
            return context.NotAToken is { } fault ? new CheckResultBuilder().Fail(ContainerFailures.OfTokenFile(fault)) : CheckResultBuilder.Skipped("There is no token.");
        }

        var result = new CheckResultBuilder().Observe($"Subject {Quote(claims.Subject ?? "(none)")}, audience {Quote(string.Join(", ", claims.Audience))}.");
        if (!claims.Audience.Contains(Audience))
        {
            result.Fail(ContainerFailures.OtherAudience(claims.Audience));
        }

        return claims.Expiration is { } expires && expires <= context.Time.GetUtcNow()
            ? result.Fail(ContainerFailures.TokenExpired(expires))
            : result;
    }

    public static CheckResultBuilder TrustPolicy() =>
        CheckResultBuilder.Skipped($"EKS assumes the role. Its trust policy must allow {Audience} sts:AssumeRole and sts:TagSession; the exchange shows whether it does.");

    public static CheckResultBuilder Network(DoctorContext context) => context.Settings?.Container is { } endpoint
        ? CheckResultBuilder.Skipped($"The endpoint is {Quote(RedactedUri.Of(endpoint.Address))}; the exchange shows whether it answers.")
        : CheckResultBuilder.Skipped("Without valid settings nothing is called.");

    public static async Task<CheckResultBuilder> ExchangeAsync(DoctorContext context, CancellationToken cancellationToken)
    {
        if (!context.IsExchangeRequested)
        {
            return CheckResultBuilder.Skipped("No exchange was requested.");
        }

        if (context is not { Settings: { Container: { } endpoint } settings, StsClients: { } clients })
        {
            return CheckResultBuilder.Skipped("Without valid settings nothing is called.");
        }

        if (endpoint.TokenFile is not null && context.Token is null)
        {
            return CheckResultBuilder.Skipped("There is no token to send.");
        }

        var exchanges = new ExchangeFactory(settings with { AttemptTimeout = context.LimitOf(settings.AttemptTimeout) }, clients, context.Time);
        var once = new ExchangeRequest(usableUntil: long.MaxValue, TimeSpan.Zero, MonotonicClock.Of(context.Time));
        var started = context.Time.GetTimestamp();
        using var exchange = exchanges.CreateContainerExchange(endpoint, context.Token is { } token ? new DoctorTokenSource(token) : null, ownsClients: false);
        var outcome = await exchange.ExchangeAsync(once, cancellationToken).ConfigureAwait(false);
        if (outcome.Result is { } first && settings.AssumeRole is { } second)
        {
            using var chained = exchanges.CreateChainedExchange(second, new IssuedSessionCache(settings, first, context.Time).Cache);
            outcome = await chained.ExchangeAsync(once, cancellationToken).ConfigureAwait(false);
        }

        if (outcome.Failure is { } failure)
        {
            return new CheckResultBuilder().Fail(failure);
        }

        context.Issued = outcome.Result;
        var took = context.Time.GetElapsedTime(started);
        return new CheckResultBuilder().Observe(FormattableString.Invariant($"{endpoint.Name} gave credentials after {took.TotalMilliseconds:0} ms."));
    }
}
