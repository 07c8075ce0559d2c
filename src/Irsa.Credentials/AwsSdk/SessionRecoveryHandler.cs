using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Irsa.Credentials.Refresh;

namespace Irsa.Credentials.AwsSdk;

/// <summary>
/// Stands around the retry handler. Has a session replaced that a service rejects, and repeats the request once, signed with the new one.
/// Where there is no other session, or the body cannot be sent again, the caller gets the service's own error.
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
            if (!DropAndCheckBody(rejected, request) || !TryReplace(request, rejected, rejected.Source!.GetSnapshot(TimeSpan.Zero).Frozen))
            {
                throw;
            }
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
            if (!DropAndCheckBody(rejected, request)
                || !TryReplace(request, rejected, (await rejected.Source!.GetSnapshotAsync(TimeSpan.Zero, request.CancellationToken).ConfigureAwait(false)).Frozen))
            {
                throw;
            }
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

    /// <summary>False where the replacement failed, or came too soon after another, so that the session is the same.</summary>
    private static bool TryReplace(IRequestContext request, SnapshotCredentials rejected, SnapshotCredentials current)
    {
        if (current == rejected)
        {
            return false;
        }

        current.Source ??= rejected.Source;
        RequestReplay.Rewind(request);
        request.Identity = current;
        return true;
    }
}
