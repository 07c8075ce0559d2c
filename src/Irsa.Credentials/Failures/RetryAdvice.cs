namespace Irsa.Credentials.Failures;

/// <summary>What a remedy says of the library's retries, which end with the process.</summary>
internal static class RetryAdvice
{
    public const string KeepsRetrying = "The library keeps retrying.";

    public const string IfItPersists = KeepsRetrying + " If the error persists, ";

    /// <summary>For a command that makes one exchange and ends.</summary>
    public static Failure WithoutRetries(Failure failure) => failure with { Remedy = failure.Remedy.Replace(KeepsRetrying, "Try again.", StringComparison.Ordinal) };
}
