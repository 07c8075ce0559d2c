using static Irsa.Credentials.Failures.SecretRedactor;

namespace Irsa.Credentials.Failures;

/// <summary>IRSA112: what the AWS SDK reads by itself, and cannot read. No value is shown: a line may hold a key.</summary>
internal static class SdkConfigurationFailures
{
    private static readonly IrsaErrorExplanation Explanation = new(
        IrsaErrorCode.SdkConfigurationUnreadable,
        "The AWS SDK cannot read its own configuration",
        "A configuration file of the SDK (~/.aws/config, ~/.aws/credentials) has a line that is neither a section, nor a key with a value, nor a comment. Or a key or a variable "
        + "has a value that the SDK does not know. The SDK reads all of it when the first client is made. Where that fails, no client of the process can be made any more.",
        "Correct the line or the variable that the message names, or remove it.");

    public static IReadOnlyList<IrsaErrorExplanation> Explanations { get; } = [Explanation];

    public static Failure UnreadableLine(string file, int line) => Explanation.Permanent(FormattableString.Invariant(
        $"Line {line} of {Quote(file)} is neither a section in brackets, nor a key with an equals sign and a value, nor a comment. With such a file the AWS SDK makes no client."));

    /// <param name="place">File and line in brackets, as far as they are known.</param>
    /// <param name="key">The key.</param>
    /// <param name="allowed">What it must be, as the rest of a sentence.</param>
    public static Failure UnreadableKey(string place, string key, string allowed) => Explanation.Permanent(
        $"{key} of the SDK's profile{place} must be {allowed}. As it is, the AWS SDK makes no client.");

    /// <param name="file">The file.</param>
    /// <param name="reason">What the system says, as a clause.</param>
    public static Failure UnreadableFile(string file, string reason) => Explanation.Permanent(
        $"The AWS SDK's configuration file {Quote(file)} cannot be read ({reason}). As it is, the AWS SDK makes no client.",
        "Give this process the right to read the file, remove it, or point AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE elsewhere.");

    /// <param name="variable">The variable.</param>
    /// <param name="isBlank">Whether it holds white space only.</param>
    /// <param name="allowed">What it must be, as the rest of a sentence.</param>
    public static Failure UnreadableVariable(string variable, bool isBlank, string allowed) => Explanation.Permanent(
        $"{variable} {(isBlank ? "holds white space only" : "has a value that the AWS SDK does not know")}. It must be {allowed}. As it is, the AWS SDK makes no client.",
        $"Correct {variable} in the container's env, or remove it.");

    /// <param name="source">The variable, or where the file has it.</param>
    /// <param name="service">The service that it is for.</param>
    public static Failure UnreadableEndpoint(string source, string service) => Explanation.Permanent(
        $"{source} names an endpoint for {service} that is not an absolute http or https URL. As it is, no client of this service works.",
        $"Correct {source}, or remove it.");

    /// <param name="profile">The profile.</param>
    /// <param name="files">Where it may stand.</param>
    /// <param name="exception">What the SDK throws.</param>
    public static Failure UnreadableProfile(string profile, IEnumerable<string> files, Exception exception) => Explanation.Permanent(
        $"The AWS SDK cannot read the profile {Quote(profile)} in {string.Join(" or ", files.Select(Quote))} ({exception.GetType().Name}). As it is, the AWS SDK makes no client.");
}
