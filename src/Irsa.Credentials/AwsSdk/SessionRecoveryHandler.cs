using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Irsa.Credentials.Refresh;

namespace Irsa.Credentials.AwsSdk;

/// <summary>
/// Wraps the retry handler. If a service rejects a session, it has the session replaced and repeats the request once, signed with the new one.
/// If there is no other session, or the body cannot be sent again, the caller gets the service's own error.
/// </summary>
internal sealed class SessionRecoveryHandler : PipelineHandler
{
    public override void InvokeSync(IExecutionContext executionContext)
    {
        var request = executionContext.RequestContext;
        try
        {
            base.InvokeSync(executionContext);
            return;
        }
        catch (AmazonServiceException exception) when (SessionRejection.RejectedSession(exception, request.Identity) is not null)
        {
            var rejected = (SnapshotCredentials)request.Identity;
            if (!DropAndCheckBody(rejected, request) || Replacement(rejected) is not { } replacement)
            {
                throw;
            }

            Replace(request, rejected, replacement);
        }

        try
        {
            base.InvokeSync(executionContext);
        }
        catch (AmazonServiceException exception)
        {
            SessionRejection.NoteRepetition(exception, request.Identity);
            throw;
        }
    }

    /// <summary>A request that is signed with other credentials passes without a state machine of its own: other clients pay nothing.</summary>
    public override Task<T> InvokeAsync<T>(IExecutionContext executionContext) =>
        executionContext.RequestContext.Identity is AWSCredentials and not SnapshotCredentials
            ? base.InvokeAsync<T>(executionContext)
            : RecoverAsync<T>(executionContext);

    private async Task<T> RecoverAsync<T>(IExecutionContext executionContext)
        where T : AmazonWebServiceResponse, new()
    {
        var request = executionContext.RequestContext;
        try
        {
            return await base.InvokeAsync<T>(executionContext).ConfigureAwait(false);
        }
        catch (AmazonServiceException exception) when (SessionRejection.RejectedSession(exception, request.Identity) is not null)
        {
            var rejected = (SnapshotCredentials)request.Identity;
            if (!DropAndCheckBody(rejected, request) || await ReplacementAsync(rejected, request.CancellationToken).ConfigureAwait(false) is not { } replacement)
            {
                throw;
            }

            Replace(request, rejected, replacement);
        }

        try
        {
            return await base.InvokeAsync<T>(executionContext).ConfigureAwait(false);
        }
        catch (AmazonServiceException exception)
        {
            SessionRejection.NoteRepetition(exception, request.Identity);
            throw;
        }
    }

    /// <summary>The session is dropped for the requests to come, also where this one cannot be repeated.</summary>
    private static bool DropAndCheckBody(SnapshotCredentials rejected, IRequestContext request)
    {
        rejected.Source!.Invalidate(rejected.GetCredentials().AccessKey);
        return RequestReplay.CanReplay(request.Request);
    }

    /// <summary>Null where there is no other session: the exchange failed, or another one was too recent.</summary>
    private static SnapshotCredentials? Replacement(SnapshotCredentials rejected)
    {
        try
        {
            return OtherThan(rejected, rejected.Source!.GetSnapshot(TimeSpan.Zero));
        }
        catch (Exception failed) when (failed is IrsaException or ObjectDisposedException)
        {
            return null;
        }
    }

    /// <inheritdoc cref="Replacement"/>
    private static async Task<SnapshotCredentials?> ReplacementAsync(SnapshotCredentials rejected, CancellationToken cancellationToken)
    {
        try
        {
            return OtherThan(rejected, await rejected.Source!.GetSnapshotAsync(TimeSpan.Zero, cancellationToken).ConfigureAwait(false));
        }
        catch (Exception failed) when (failed is IrsaException or ObjectDisposedException)
        {
            return null;
        }
    }

    private static SnapshotCredentials? OtherThan(SnapshotCredentials rejected, CredentialSnapshot current) => current.Frozen == rejected ? null : current.Frozen;

    private static void Replace(IRequestContext request, SnapshotCredentials rejected, SnapshotCredentials replacement)
    {
        replacement.Source ??= rejected.Source;
        RequestReplay.Rewind(request);
        request.Identity = replacement;
    }
}
