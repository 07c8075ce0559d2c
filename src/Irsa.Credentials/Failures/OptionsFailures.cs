namespace Irsa.Credentials.Failures;

/// <summary>Options that are right for this library and not for the application.</summary>
internal static class OptionsFailures
{
    /// <param name="sentences">What the application's own validation says.</param>
    public static Failure Refused(IEnumerable<string> sentences) => new(
        IrsaErrorCode.OptionInvalid,
        IsPermanent: true,
        $"A rule of the application refuses the options: {string.Join(' ', sentences)}",
        "Correct the option that the rule is about, or the rule (services.AddOptions<IrsaOptions>().Validate).");
}
