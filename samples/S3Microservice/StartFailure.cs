using Irsa.Credentials;
using Microsoft.Extensions.Options;

/// <summary>The end of a service that cannot start: one record that says what to do, and an exit code that is not 0.</summary>
internal static class StartFailure
{
    /// <returns>The exit code.</returns>
    public static int Report(ILogger logger, Exception failure)
    {
        List<Exception> reasons = failure is AggregateException several ? [.. several.Flatten().InnerExceptions] : [failure];
        var known = reasons.OfType<IrsaException>().Select(static reason => reason.Message)
            .Concat(reasons.OfType<OptionsValidationException>().SelectMany(static reason => reason.Failures))
            .Concat(reasons.OfType<IOException>().Select(static reason => reason.Message))
            .Distinct().ToList();
        var isExplained = reasons.TrueForAll(static reason => reason is IrsaException or OptionsValidationException or IOException);

        // A stack trace helps only where the text does not say what to do.
        logger.CannotStart(isExplained ? string.Join('\n', known) : failure.Message, isExplained ? null : failure);
        return 1;
    }
}
