using System.Globalization;

namespace Irsa.Credentials.Failures;

/// <summary>The failures that are nobody's answer.</summary>
internal static class UnexpectedFailure
{
    /// <summary>For an exception that no room has judged: a defect of this library or of an application's callback.</summary>
    public static Failure From(Exception exception) => new(
        IrsaErrorCode.UnknownRefusal,
        IsPermanent: true,
        $"The exchange ended with an unexpected {exception.GetType().Name}.",
        "Look at the inner exception; where it does not come from the application's own ConfigureSts, report it.")
    {
        Cause = exception,
    };

    /// <summary>For a blocked caller whose exchange did not end within its own budget: its time-outs need a thread too.</summary>
    public static Failure NoThreadFor(string roleArn, TimeSpan waited) => new(
        IrsaErrorCode.Timeout,
        IsPermanent: false,
        string.Create(CultureInfo.InvariantCulture, $"The exchange for {roleArn} did not end within {waited.TotalSeconds:0} s: the thread pool has no free thread for it."),
        "Use GetCredentialsAsync, or find what blocks the threads of the pool.")
    {
        RoleArn = roleArn,
    };
}
