using System.Runtime.CompilerServices;
using Amazon.Runtime;
using Amazon.Runtime.Identity;
using Irsa.Credentials.Refresh;

namespace Irsa.Credentials.AwsSdk;

/// <summary>
/// Decides whether a service's error means that the session which signed the request is over. Some errors say so; others say only that the
/// credentials are not accepted, which has other causes too: the role was deleted, or the region is not enabled. These replace a session
/// once: where the new session is refused in the same way, the session is not the cause, and it is kept until its planned refresh.
/// </summary>
internal static class SessionRejection
{
    private static readonly ConditionalWeakTable<SnapshotCredentials, object> NotTheCause = [];

    /// <summary>
    /// Gets the session to replace; null where the error says nothing about it. A request to a directory bucket is signed with a session of
    /// that bucket, which S3's client has put in the identity's place.
    /// </summary>
    public static SnapshotCredentials? RejectedSession(AmazonServiceException exception, BaseIdentity? signer) =>
        signer is SnapshotCredentials { Source: not null } session && (IsOver(exception) || (IsAmbiguous(exception) && !NotTheCause.TryGetValue(session, out _)))
            ? session
            : null;

    /// <summary>The repetition, signed with a new session, has failed too.</summary>
    public static void NoteRepetition(AmazonServiceException exception, BaseIdentity? signer)
    {
        if (signer is SnapshotCredentials session && IsAmbiguous(exception))
        {
            NotTheCause.GetValue(session, static known => known);
        }
    }

    /// <summary>
    /// S3 and the query services say <c>ExpiredToken</c>, the JSON services <c>ExpiredTokenException</c>, EC2 <c>RequestExpired</c>; a revoked
    /// session is an <c>InvalidToken</c>, and S3 knows <c>TokenRefreshRequired</c>.
    /// </summary>
    private static bool IsOver(AmazonServiceException exception) =>
        exception.ErrorCode is "ExpiredToken" or "ExpiredTokenException" or "RequestExpired" or "InvalidToken" or "TokenRefreshRequired"
        && !IsOfOperation(exception);

    /// <summary>The last one is EC2's.</summary>
    private static bool IsAmbiguous(AmazonServiceException exception) =>
        exception.ErrorCode is "InvalidClientTokenId" or "UnrecognizedClientException" or "AuthFailure" && !IsOfOperation(exception);

    /// <summary>
    /// Errors of authentication come as the service's general exception. One with a class of its own belongs to the operation's model and is
    /// about the caller's input: a <c>ExpiredTokenException</c> of <c>ResolveCustomer</c> is about the customer's token.
    /// </summary>
    private static bool IsOfOperation(AmazonServiceException exception)
    {
        var type = exception.GetType();
        return type != typeof(AmazonServiceException) && type.BaseType != typeof(AmazonServiceException);
    }
}
