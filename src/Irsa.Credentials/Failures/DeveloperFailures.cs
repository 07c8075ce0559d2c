using System.Text.RegularExpressions;
using static Irsa.Credentials.Failures.DisplayText;

namespace Irsa.Credentials.Failures;

/// <summary>IRSA7xx: the credentials of a developer's machine, where they take the pod's place.</summary>
internal static partial class DeveloperFailures
{
    private const string InSettings = "Set Irsa:DeveloperProfile in appsettings.Development.json only, which a published application does not use.";

    private static readonly IrsaErrorExplanation ProfileRefusedExplanation = new(
        IrsaErrorCode.DeveloperProfileRefused,
        "A developer's profile is set where it must not be used",
        "IrsaOptions.DeveloperProfile is for a developer's machine: outside a cluster, in the environment Development, and where nothing is injected. Anywhere else the library refuses "
        + "it, so that a pod never signs with a developer's credentials.",
        InSettings);

    private static readonly IrsaErrorExplanation UnavailableExplanation = new(
        IrsaErrorCode.DeveloperCredentialsUnavailable,
        "A developer's credentials could not be read",
        "The profile does not exist, its login has expired, or the AWS SDK needs a package to read it. Or the SDK's default chain has found nothing.",
        "Log in: aws sso login --profile PROFILE. Then check the profile: aws sts get-caller-identity --profile PROFILE.");

    public static IReadOnlyList<IrsaErrorExplanation> Explanations { get; } = [ProfileRefusedExplanation, UnavailableExplanation];

    /// <param name="reason">What makes this no developer's machine, as a clause.</param>
    public static Failure ProfileRefused(string reason) => ProfileRefusedExplanation.Permanent($"IrsaOptions.DeveloperProfile is set, but {reason}.");

    public static Failure ProfileMissing(string profile) => UnavailableExplanation.Permanent(
        $"The profile {SecretRedactor.Quote(profile)} does not exist: neither in the file \"credentials\" nor in the file \"config\" of the folder .aws in the home directory, nor in the files that "
        + "AWS_SHARED_CREDENTIALS_FILE and AWS_CONFIG_FILE name.",
        $"Create it: {AwsCommands.ConfigureSso(profile)}. Or correct IrsaOptions.DeveloperProfile.");

    /// <param name="source">The profile or the chain, as it is named.</param>
    /// <param name="profile">The profile that was read; null where no one knows which.</param>
    /// <param name="session">The session of its single sign-on; null for another kind.</param>
    /// <param name="exception">What the SDK has thrown.</param>
    public static Failure Unavailable(string source, string? profile, string? session, Exception exception)
    {
        var seen = $"{char.ToUpperInvariant(source[0])}{source[1..]} gives no credentials. The AWS SDK says: {Quote(SecretRedactor.Redact(exception.Message, []))}."
            + (session is null ? string.Empty : $" The profile {SecretRedactor.Quote(profile!)} logs in with the single sign-on {Quote(session)}.");
        return UnavailableExplanation.Permanent(seen, RemedyFor(exception.Message, profile, session)) with { Cause = SecretRedactor.WithoutResponse(exception, []) };
    }

    public static Failure TimedOut(string source, TimeSpan waited) => UnavailableExplanation.Transient(
        $"{char.ToUpperInvariant(source[0])}{source[1..]} has given no credentials within {DurationText.Of(waited)}.");

    public static Failure Expired(string source, DateTimeOffset expiration, string? profile) => UnavailableExplanation.Permanent(
        $"{char.ToUpperInvariant(source[0])}{source[1..]} gives credentials that have expired: {expiration:u}.", $"Log in again: {AwsCommands.LogIn(profile)}.");

    private static string RemedyFor(string message, string? profile, string? session)
    {
        var login = session is null ? string.Empty : $" Then log in: {AwsCommands.LogIn(profile)}.";
        return MissingPackage().Match(message) switch
        {
            { Success: true } match when match.Value.StartsWith("AWSSDK.SSO", StringComparison.Ordinal) =>
                $"The AWS SDK reads such a profile with two packages: dotnet add package AWSSDK.SSO, and dotnet add package AWSSDK.SSOOIDC.{login}",
            { Success: true } match => $"The AWS SDK reads such a profile with a package: dotnet add package {match.Value}.{login}",
            _ when session is not null => $"Log in: {AwsCommands.LogIn(profile)}.",
            _ => $"Check the credentials: {AwsCommands.WhoAmI(profile)}. Or use LocalAws from Irsa.Credentials.Testing, which needs no AWS account.",
        };
    }

    [GeneratedRegex(@"AWSSDK\.(SSOOIDC|SSO|Signin|SecurityToken)\b", RegexOptions.CultureInvariant)]
    private static partial Regex MissingPackage();
}
