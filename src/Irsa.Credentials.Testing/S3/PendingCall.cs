using Microsoft.AspNetCore.Http;

namespace Irsa.Credentials.Testing;

/// <summary>A request to S3 from its arrival to its answer, whoever answers it: an operation, a refusal or a fault.</summary>
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

        // Before the first byte of the answer leaves, so that a client that has its answer finds the call recorded.
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

        // A client that waits for leave to send its body may send its next request instead, which must not be read as that body.
        if (_context.Request.Headers.Expect.Count > 0)
        {
            _context.Response.Headers.Connection = "close";
        }

        return S3Xml.WriteErrorAsync(_context, error);
    }

    /// <summary>Records it as it is answered; once, however often it is said.</summary>
    public void Record() => Record(_error?.Status ?? _context.Response.StatusCode);

    /// <summary>Records it as one whose connection breaks without an answer.</summary>
    public void RecordBroken() => Record(0);

    private void Record(int status)
    {
        if (!_isRecorded)
        {
            _isRecorded = true;
            _s3.Record(new S3Call(_context.Request.Method, Request?.Bucket ?? string.Empty, Request?.Key ?? string.Empty, AccessKeyId, status, _error?.Code));
        }
    }
}
