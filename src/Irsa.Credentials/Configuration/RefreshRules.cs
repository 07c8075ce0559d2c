using System.Globalization;

namespace Irsa.Credentials.Configuration;

/// <summary>Times and attempts, each in its range and all together so that a refresh ends before the margin begins.</summary>
internal static class RefreshRules
{
    public static void Judge(IrsaOptions options, ValidationErrors faults)
    {
        faults.Range(nameof(IrsaOptions.ExpiryMargin), options.ExpiryMargin, TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(10));
        faults.Range(nameof(IrsaOptions.AttemptTimeout), options.AttemptTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1));
        faults.Range(nameof(IrsaOptions.ExchangeTimeout), options.ExchangeTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(5));
        if (options.MaxAttempts is < 1 or > 10)
        {
            faults.Option(nameof(IrsaOptions.MaxAttempts), options.MaxAttempts.ToString(CultureInfo.InvariantCulture), "1 to 10");
        }

        if (options.AttemptTimeout > options.ExchangeTimeout)
        {
            faults.Option(
                nameof(IrsaOptions.AttemptTimeout),
                ValidationErrors.Span(options.AttemptTimeout),
                $"at most the ExchangeTimeout, which is {ValidationErrors.Span(options.ExchangeTimeout)}");
        }

        if (!(options.RefreshAtFraction is >= 0.1 and <= 0.9))
        {
            faults.Option(nameof(IrsaOptions.RefreshAtFraction), options.RefreshAtFraction.ToString(CultureInfo.InvariantCulture), "0.1 to 0.9");
            return;
        }

        foreach (var (life, exchange, session) in Sessions(options))
        {
            // The latest refresh point is a tenth behind the fraction; one exchange must fit between it and the margin.
            var latestRefresh = life * (1.1 * options.RefreshAtFraction);
            if (latestRefresh + exchange > life - options.ExpiryMargin)
            {
                faults.Option(
                    nameof(IrsaOptions.RefreshAtFraction),
                    options.RefreshAtFraction.ToString(CultureInfo.InvariantCulture),
                    $"so early that an exchange of up to {ValidationErrors.Span(exchange)} ends before the ExpiryMargin of {ValidationErrors.Span(options.ExpiryMargin)} of a session of {ValidationErrors.Span(life)}{session}");
                return;
            }
        }
    }

    /// <summary>Every kind of session that these options can lead to, with the longest exchange for it.</summary>
    private static IEnumerable<(TimeSpan Life, TimeSpan Exchange, string Session)> Sessions(IrsaOptions options)
    {
        yield return (options.SessionDuration ?? SessionRules.DefaultDuration, options.ExchangeTimeout, string.Empty);
        if (options.SessionDuration > SessionRules.DefaultDuration)
        {
            yield return (SessionRules.DefaultDuration, options.ExchangeTimeout, ", which replaces SessionDuration where the role's maximum is lower");
        }

        if (options.AssumeRole is { } second)
        {
            yield return (second.SessionDuration ?? SessionRules.DefaultDuration, 2 * options.ExchangeTimeout, " of AssumeRole, for which two roles are exchanged");
        }
    }
}
