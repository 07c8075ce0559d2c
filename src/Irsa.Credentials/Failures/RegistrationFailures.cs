using System.Globalization;

namespace Irsa.Credentials.Failures;

/// <summary>What is wrong in an application's registrations.</summary>
internal static class RegistrationFailures
{
    /// <param name="faults">One clause each, naming the registration.</param>
    public static Failure CredentialsBypassed(IReadOnlyList<string> faults) => new(
        IrsaErrorCode.CredentialsBypassed,
        IsPermanent: true,
        $"AWS clients of this container would sign with the SDK's default chain and not with the credentials of AddIrsaAws: {string.Join("; ", faults)}.",
        "Change the registrations as named; a client that is meant to differ is accepted with AddIrsaAws().AllowOtherCredentials<TService>().");

    public static Failure NoProcessIdentity() => new(
        IrsaErrorCode.ProcessIdentityUnavailable,
        IsPermanent: true,
        "An AWS client that was made without credentials was used while this process has no identity: no host with UseForWholeProcess has been started, or it has ended.",
        "Start the host first, or begin the program with new WebIdentityTokenCredentials().UseForWholeProcess().");

    public static Failure OtherProcessIdentity(string present, string refused) => new(
        IrsaErrorCode.ProcessIdentityUnavailable,
        IsPermanent: true,
        $"UseForWholeProcess was called for {refused}, but the process has the identity of {present}.",
        "Use one role for the whole process, and AddIrsaAws with a name and AddClient for the others.");

    public static Failure ProcessIdentityTooLate(string source) => new(
        IrsaErrorCode.ProcessIdentityUnavailable,
        IsPermanent: true,
        $"UseForWholeProcess was called after the SDK's default chain had been asked: it found {source} and keeps that for this process.",
        "Call UseForWholeProcess before the first AWS client is used; configuration providers and log sinks come first in most programs.");

    public static Failure PresignedUrlOutlivesSession(TimeSpan asked, TimeSpan attainable) => new(
        IrsaErrorCode.PresignedUrlOutlivesSession,
        IsPermanent: true,
        string.Create(CultureInfo.InvariantCulture, $"A URL was to live for {asked:g}, but the session that signs it ends in {attainable:hh\\:mm\\:ss}, and the URL with it."),
        "Ask for less, accept it with ShortSessionBehavior.Cap, or set IrsaOptions.SessionDuration, up to the role's maximum of at most 12 hours.");

    public static Failure UrlSignedByOthers(string roleArn) => new(
        IrsaErrorCode.PresignedUrlOutlivesSession,
        IsPermanent: true,
        $"The client signed the URL with another session than those of {roleArn}, so that its end is not known. Directory buckets have sessions of their own, of five minutes.",
        "Use GetPreSignedURLAsync for a directory bucket.");

    public static Failure UrlOfUnknownSession() => new(
        IrsaErrorCode.PresignedUrlOutlivesSession,
        IsPermanent: true,
        "The URL is signed with a session whose end is not known, and S3 refuses it from then on: the client does not show its credentials, or they do not tell.",
        "Use a client of AddClient itself, not a wrapper around it, or GetPreSignedURLAsync with an expiry that you know to be short enough.");
}
