using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Util;

namespace Irsa.Credentials.AwsSdk;

/// <summary>Sending a request once more, with another signature.</summary>
internal static class RequestReplay
{
    public static bool CanReplay(IRequest request) =>
        request.IsRequestStreamRewindable() && (request.ContentStream is null || request.OriginalStreamPosition >= 0);

    /// <summary>What the SDK does before a retry of its own, and a new signature, which it does not make for one.</summary>
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
