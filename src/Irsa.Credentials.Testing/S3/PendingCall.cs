using Microsoft.AspNetCore.Http;

namespace Irsa.Credentials.Testing;

/// <summary>A request to S3 until it is answered by an operation, an error or a fault.</summary>
internal sealed class PendingCall
{
    private readonly LocalS3 _s3;
    private readonly HttpContext _context;
    private S3Error? _error;
    private bool _isRecorded;

    public PendingCall(LocalS3 s3, HttpContext context)
    {
        _s3 = s3;
        _context = context;

        // Before the first byte of the response is sent, so that the call is recorded when the client has its response.
        context.Response.OnStarting(() =>
        {
            Record();
            return Task.CompletedTask;
        });
    }

    public S3Request? Request { get; set; }

    public string? AccessKeyId { get; set; }

    public Task RefuseAsync(S3Error error)
    {
        _error = error;
        if (_context.Response.HasStarted || _context.RequestAborted.IsCancellationRequested)
        {
            return Task.CompletedTask;
        }

        // A client that expects "100 Continue" may send its next request instead of the body, which must not be read as that body.
        if (_context.Request.Headers.Expect.Count > 0)
        {
            _context.Response.Headers.Connection = "close";
        }

        return S3Xml.WriteErrorAsync(_context, error);
    }

    /// <summary>Records the call with the status of its response. Further calls have no effect.</summary>
    public void Record() => Record(_error?.Status ?? _context.Response.StatusCode);

    /// <summary>Records the call as one without a response.</summary>
    public void RecordAborted() => Record(0);

    private void Record(int status)
    {
        if (!_isRecorded)
        {
            _isRecorded = true;
            _s3.Record(new S3Call
            {
                Method = _context.Request.Method,
                Bucket = Request?.Bucket ?? string.Empty,
                Key = Request?.Key ?? string.Empty,
                AccessKeyId = AccessKeyId,
                Status = status,
                ErrorCode = _error?.Code,
            });
        }
    }
}
