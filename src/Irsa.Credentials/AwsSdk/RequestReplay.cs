using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Util;

namespace Irsa.Credentials.AwsSdk;

/// <summary>Sending a request once more, with another signature.</summary>
internal static class RequestReplay
{
    public static bool CanReplay(IRequest request) =>
        request.IsRequestStreamRewindable() && (request.ContentStream is null || request.OriginalStreamPosition >= 0);

    /// <summary>Prepares the request as the SDK does before its own retries, and has it signed again, which the SDK does not do for a retry.</summary>
    public static void Rewind(IRequestContext request)
    {
        request.IsSigned = false;
        if (request.Request.ContentStream is not { } body)
        {
            return;
        }

        if (body is CompressionWrapperStream compressed)
        {
            compressed.Reset();
        }
        else if (body is HashStream hashed)
        {
            hashed.Reset();
        }

        var start = body.CanSeek ? body : ((WrapperStream)body).GetSeekableBaseStream();
        start.Position = request.Request.OriginalStreamPosition;
    }
}
