using System.Globalization;

namespace Irsa.Credentials.Configuration;

/// <summary>Validates times and attempts: each in its range, and together so that a refresh ends before the margin begins.</summary>
internal static class RefreshRules
{
    public static void Validate(IrsaOptions options, ValidationErrors errors)
    {
        errors.Range(nameof(IrsaOptions.ExpiryMargin), options.ExpiryMargin, TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(10));
        errors.Range(nameof(IrsaOptions.AttemptTimeout), options.AttemptTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1));
        errors.Range(nameof(IrsaOptions.ExchangeTimeout), options.ExchangeTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(5));
        if (options.MaxAttempts is < 1 or > 10)
        {
            errors.Option(nameof(IrsaOptions.MaxAttempts), options.MaxAttempts.ToString(CultureInfo.InvariantCulture), "1 to 10");
        }

        if (options.AttemptTimeout > options.ExchangeTimeout)
        {
            errors.Option(
                nameof(IrsaOptions.AttemptTimeout),
                ValidationErrors.Text(options.AttemptTimeout),
                $"at most ExchangeTimeout, which is {ValidationErrors.Text(options.ExchangeTimeout)}");
        }

        if (!(options.RefreshAtFraction is >= 0.1 and <= 0.9))
        {
            errors.Option(nameof(IrsaOptions.RefreshAtFraction), options.RefreshAtFraction.ToString(CultureInfo.InvariantCulture), "0.1 to 0.9");
            return;
        }

        foreach (var (life, exchange, session) in Sessions(options))
        {
            // The latest refresh starts a tenth after the fraction; one exchange must fit between it and the margin. In seconds, because a
            // TimeSpan overflows with the largest values that an option can have.
            var latestRefresh = life.TotalSeconds * (1.1 * options.RefreshAtFraction);
            if (latestRefresh + exchange.TotalSeconds > life.TotalSeconds - options.ExpiryMargin.TotalSeconds)
            {
                errors.Option(
                    nameof(IrsaOptions.RefreshAtFraction),
                    options.RefreshAtFraction.ToString(CultureInfo.InvariantCulture),
                    $"smaller, so that a refresh of up to {ValidationErrors.Text(exchange)} ends before the ExpiryMargin of {ValidationErrors.Text(options.ExpiryMargin)} in a session of {ValidationErrors.Text(life)}{session}");
                return;
            }
        }
    }

    /// <summary>The sessions that these options can lead to, each with its longest exchange.</summary>
    private static IEnumerable<(TimeSpan Life, TimeSpan Exchange, string Session)> Sessions(IrsaOptions options)
    {
        yield return (options.SessionDuration ?? SessionRules.DefaultDuration, options.ExchangeTimeout, string.Empty);
        if (options.SessionDuration > SessionRules.DefaultDuration)
        {
            yield return (SessionRules.DefaultDuration, options.ExchangeTimeout, " (which the library requests if SessionDuration exceeds the role's maximum)");
        }

        if (options.AssumeRole is { } second)
        {
            yield return (second.SessionDuration ?? SessionRules.DefaultDuration, Twice(options.ExchangeTimeout), " of AssumeRole (which takes two exchanges)");
        }
    }

    private static TimeSpan Twice(TimeSpan time) => time > TimeSpan.MaxValue / 2 ? TimeSpan.MaxValue : 2 * time;
}
