using System.Globalization;

namespace Irsa.Credentials.Failures;

/// <summary>The failures that are nobody's answer.</summary>
internal static class UnexpectedFailure
{
    /// <summary>For an exception that no room has judged: a defect of this library or of an application's callback.</summary>
    public static Failure From(Exception exception) => new(
        IrsaErrorCode.UnknownStsError,
        IsPermanent: true,
        $"The exchange ended with an unexpected {exception.GetType().Name}.",
        "Look at the inner exception; where it does not come from the application's own ConfigureSts, report it.")
    {
        Cause = SecretRedactor.WithoutAnswer(exception),
    };

    /// <summary>For an exchange that went on after its budget, and after its cancellation: somebody in it heeds neither.</summary>
    public static Failure Overdue(string roleArn, TimeSpan waited) => new(
        IrsaErrorCode.Timeout,
        IsPermanent: false,
        string.Create(CultureInfo.InvariantCulture, $"The exchange for {roleArn} did not end within {waited.TotalSeconds:0} s, though its budget had ended before, and it is waited for no longer."),
        "Look for what in it goes on after its cancellation: the application's ConfigureSts or HttpClientFactory, or a token file whose file system hangs.")
    {
        RoleArn = roleArn,
    };

    /// <summary>For an exchange that is not started, as an abandoned one, or a look at the token file, has not given its thread back.</summary>
    public static Failure EarlierCallHangs(string roleArn) => new(
        IrsaErrorCode.Timeout,
        IsPermanent: false,
        $"No exchange for {roleArn} was started, because an earlier call ignores its cancellation and still blocks a thread.",
        "Find out what hangs: the file system of the token file, or the application's ConfigureSts or HttpClientFactory. The library keeps retrying.")
    {
        RoleArn = roleArn,
    };

    /// <summary>For a blocked caller who has seen neither the exchange end nor its time limit end it.</summary>
    public static Failure Blocked(string roleArn, TimeSpan waited) => new(
        IrsaErrorCode.Timeout,
        IsPermanent: false,
        string.Create(
            CultureInfo.InvariantCulture,
            $"The exchange for {roleArn} did not end within {waited.TotalSeconds:0} s, nor did its time limit end it: {ThreadPool.PendingWorkItemCount} work items wait for one of {ThreadPool.ThreadCount} threads of the pool."),
        "Where work waits, use GetCredentialsAsync, or find what blocks the threads of the pool; where none does, look for what held up the whole process.")
    {
        RoleArn = roleArn,
    };

    /// <summary>For credentials that were within the margin when they arrived: serving none of them, callers would ask for ever.</summary>
    public static Failure NeverUsable(string roleArn, TimeSpan lifetime, TimeSpan margin) => new(
        IrsaErrorCode.CredentialsAlreadyExpired,
        IsPermanent: false,
        string.Create(CultureInfo.InvariantCulture, $"The credentials for {roleArn} live {lifetime.TotalSeconds:0} s, and on arrival no more than the margin of {margin.TotalSeconds:0} s was left."),
        "Look for what shortens the session, or for a machine that was suspended meanwhile; ExpiryMargin says how much must be left.")
    {
        RoleArn = roleArn,
    };
}
