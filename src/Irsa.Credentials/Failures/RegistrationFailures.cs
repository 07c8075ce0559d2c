using System.Globalization;
using static Irsa.Credentials.Failures.SecretRedactor;

namespace Irsa.Credentials.Failures;

/// <summary>IRSA5xx: how the application registers and uses clients.</summary>
internal static class RegistrationFailures
{
    private static readonly IrsaErrorExplanation CredentialsBypassedExplanation = new(
        IrsaErrorCode.CredentialsBypassed,
        "An AWS client would sign with the SDK's default chain, or send a bearer token",
        "AddDefaultAWSOptions was called after AddIrsaAws, or the client has AWSOptions without credentials or with a profile that does not exist. Or the application creates the "
        + "client without credentials. Or the SDK found a bearer token for the service, such as AWS_BEARER_TOKEN_BEDROCK, and prefers it.",
        "Move AddIrsaAws below the last AddDefaultAWSOptions, or give the client's own AWSOptions credentials. To accept a client that is meant to differ, call "
        + "AddIrsaAws().AllowOtherCredentials<TService>().");

    private static readonly IrsaErrorExplanation SdkNotSupportedExplanation = new(
        IrsaErrorCode.SdkNotSupported,
        "This version does not know the request pipeline of the AWS SDK in use (a warning)",
        "AWSSDK.Core is newer than this version of Irsa.Credentials, or changed. Clients work, but with the SDK's own limits: a request signed during a refresh may fail once, a wait for "
        + "credentials cannot be cancelled, and a session that a service calls expired is kept.",
        "Update Irsa.Credentials to a version that was built for this SDK: dotnet add package Irsa.Credentials.");

    private static readonly IrsaErrorExplanation DuplicateRegistrationExplanation = new(
        IrsaErrorCode.DuplicateRegistration,
        "A name is registered twice",
        "AddIrsaAws was called twice with the same name and different settings. For the default identity that is a warning: two libraries may both have called it.",
        "Give each role its own name: AddIrsaAws(\"NAME\", …).");

    private static readonly IrsaErrorExplanation PresignedUrlExplanation = new(
        IrsaErrorCode.PresignedUrlOutlivesSession,
        "A presigned URL would outlive its session",
        "A presigned URL stops working when the session that signed it ends, whatever expiry it names. The session ends earlier than the requested expiry, or its end is not known.",
        "Request a shorter expiry, accept a shorter one with ShortSessionBehavior.Cap, or raise IrsaOptions.SessionDuration. The role's maximum session duration (at most 12 hours) must "
        + "allow it.");

    private static readonly IrsaErrorExplanation ProcessIdentityExplanation = new(
        IrsaErrorCode.ProcessIdentityUnavailable,
        "UseForWholeProcess could not set the identity of the process",
        "UseForWholeProcess was called for two roles, or after the SDK's default chain had already found credentials. Or no host that called it has started.",
        "Call UseForWholeProcess once, for one role, before the first AWS client is used.");

    private static readonly IrsaErrorExplanation IdentityReplacedExplanation = new(
        IrsaErrorCode.IdentityReplaced,
        "Another registration takes the place of the identity of AddIrsaAws (a warning)",
        "The container gives out AWSCredentials of the application, or AddDefaultAWSOptions was called after AddIrsaAws with credentials of its own, or another default chain was set "
        + "after UseForWholeProcess. Whoever uses it does not sign with the pod's role.",
        "If that is not intended, remove the other registration, or give it a key. Clients of AddClient use the pod's role in any case.");

    public static IReadOnlyList<IrsaErrorExplanation> Explanations { get; } =
    [
        CredentialsBypassedExplanation, SdkNotSupportedExplanation, DuplicateRegistrationExplanation, PresignedUrlExplanation, ProcessIdentityExplanation,
        IdentityReplacedExplanation,
    ];

    /// <param name="faults">One clause each, naming the registration.</param>
    public static Failure CredentialsBypassed(IReadOnlyList<string> faults) => CredentialsBypassedExplanation.Permanent(
        $"AWS clients of this container would sign with the SDK's default chain instead of the credentials of AddIrsaAws: {string.Join("; ", faults)}.");

    /// <param name="client">The client's type.</param>
    /// <param name="roleArn">Whose credentials it was given.</param>
    /// <param name="variable">The variable that brings the token; null where another place does.</param>
    public static Failure BearerToken(string client, string roleArn, string? variable) => CredentialsBypassedExplanation.Permanent(
        $"{client} was given the credentials of {Quote(roleArn)}, but the SDK would send a bearer token instead"
        + (variable is null ? ", from the client's AWSTokenProvider or a profile." : $", from the variable {Quote(variable)}."),
        (variable is null ? "Remove the token provider" : $"Remove {variable} from the container's env")
        + ", or set AuthSchemePreference to sigv4. If the token is meant, make the client without these credentials and call AddIrsaAws().AllowOtherCredentials<TService>().");

    /// <param name="obstacle">What the pipeline lacks, as a clause.</param>
    public static Failure SdkNotSupported(string obstacle) => SdkNotSupportedExplanation.Permanent(
        $"This version does not know the request pipeline of the AWS SDK in use ({obstacle}). Clients work, but with the SDK's own limits: a request signed during a refresh may fail once, "
        + "a wait for credentials cannot be cancelled, and a session that a service calls expired is kept.");

    /// <param name="what">The registration and what it gives instead, as a sentence without its full stop.</param>
    public static Failure IdentityReplaced(string what) => IdentityReplacedExplanation.Transient($"{what}. It takes the place of the identity of AddIrsaAws.");

    /// <param name="name">The name; empty for the default identity.</param>
    /// <param name="remedy">What to do.</param>
    public static Failure RegisteredTwice(string name, string remedy) =>
        DuplicateRegistrationExplanation.Permanent($"AddIrsaAws({(name.Length == 0 ? string.Empty : Quote(name))}) was called twice.", remedy);

    /// <param name="replaced">The role of the earlier call.</param>
    /// <param name="used">The role of the later one.</param>
    public static Failure TwoRoles(string replaced, string used) => DuplicateRegistrationExplanation.Permanent(
        $"AddIrsaAws was called for {Quote(replaced)} and later for {Quote(used)}. A container has one default identity, so every client without a name uses the later one.");

    public static Failure NoProcessIdentity() => ProcessIdentityExplanation.Permanent(
        "An AWS client that was created without credentials was used while this process has no identity: no host that called UseForWholeProcess has started, or it has ended.",
        "Start the host first, or begin the program with new WebIdentityTokenCredentials().UseForWholeProcess().");

    public static Failure OtherProcessIdentity(string present, string refused) => ProcessIdentityExplanation.Permanent(
        $"UseForWholeProcess was called for {Quote(refused)}, but the process already has the identity {Quote(present)}.",
        "Use one role for the whole process. For further roles call AddIrsaAws with a name, and AddClient.");

    public static Failure ProcessIdentityTooLate(string source) => ProcessIdentityExplanation.Permanent(
        $"UseForWholeProcess was called after the SDK's default chain had found {source}. The SDK keeps that for the lifetime of the process.",
        "Call UseForWholeProcess before the first AWS client is used. Configuration providers and log sinks often use one first.");

    public static Failure PresignedUrlOutlivesSession(TimeSpan asked, TimeSpan attainable) => PresignedUrlExplanation.Permanent(string.Create(
        CultureInfo.InvariantCulture,
        $"A presigned URL was requested to live for {DurationText.Of(asked)}, but at most {DurationText.Of(attainable)} is possible: the URL stops working with the session that signs it."));

    public static Failure UrlSignedByOthers(string roleArn) => PresignedUrlExplanation.Permanent(
        $"The client signed the URL with a session that is not of {Quote(roleArn)}, so its end is not known. Directory buckets use their own sessions of five minutes.",
        "Use GetPreSignedURLAsync for a directory bucket.");

    public static Failure UrlOfUnknownSession() => PresignedUrlExplanation.Permanent(
        "The end of the session that signs the URL is not known, because the client does not show its credentials. S3 rejects the URL when that session ends.",
        "Use the client of AddClient and not a wrapper around it, or call GetPreSignedURLAsync with an expiry that is short enough.");
}
