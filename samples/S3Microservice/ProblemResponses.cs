using System.Globalization;
using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Irsa.Credentials;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;
using S3Microservice.Objects;

/// <summary>Every failure as problem details: what happened and what to do, never a stack trace.</summary>
internal sealed class ProblemResponses : Microsoft.AspNetCore.Diagnostics.IExceptionHandler
{
    private static readonly TimeSpan PauseOfBusyS3 = TimeSpan.FromSeconds(2);

    private readonly TimeProvider _time;
    private readonly ILogger<ProblemResponses> _logger;

    public ProblemResponses(TimeProvider time, ILogger<ProblemResponses> logger)
    {
        _time = time;
        _logger = logger;
    }

    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (httpContext.RequestAborted.IsCancellationRequested)
        {
            httpContext.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            return true;
        }

        var problem = Describe(exception);
        if (problem.Status == StatusCodes.Status500InternalServerError)
        {
            // Once a failure is answered here the framework does not log it any more.
            _logger.UnexpectedFailure(httpContext.Request.Method, exception);
        }

        var headers = httpContext.Response.Headers;
        headers.RetryAfter = exception switch
        {
            IrsaException { NextRetry: { } next } => Seconds(next - _time.GetUtcNow()),
            AmazonServiceException busy when IsBusy(busy) => Seconds(PauseOfBusyS3),
            _ => default,
        };
        headers.ContentRange = exception is AmazonS3Exception { StatusCode: HttpStatusCode.RequestedRangeNotSatisfiable } beyond ? beyond.Header("Content-Range") : default;

        // Whatever the client says that it accepts: a failure without an explanation helps nobody.
        await Results.Problem(problem).ExecuteAsync(httpContext);
        return true;
    }

    private static ProblemDetails Describe(Exception exception) => exception switch
    {
        IrsaException credentials => new ProblemDetails
        {
            Status = StatusCodes.Status503ServiceUnavailable,
            Title = "No AWS credentials",
            Detail = credentials.Message,
            Extensions = { ["errorId"] = credentials.Id, ["remedy"] = credentials.Remedy },
        },
        BadHttpRequestException bad => Problem(bad.StatusCode, ReasonPhrases.GetReasonPhrase(bad.StatusCode), bad.Message),
        AmazonS3Exception { ErrorCode: "NoSuchKey" or "NotFound" } => Problem(404, "No such object", "There is no object under this key."),
        AmazonS3Exception { ErrorCode: "NoSuchBucket" } => Problem(503, "No such bucket", "The bucket in S3:Bucket does not exist."),
        AmazonS3Exception { ErrorCode: "InvalidArgument" } bad => Problem(400, "Bad Request", bad.Message),
        AmazonS3Exception { StatusCode: HttpStatusCode.PreconditionFailed } => Problem(412, "Precondition failed", "The object does not meet the condition of the request."),
        AmazonS3Exception { ErrorCode: "ConditionalRequestConflict" } => Problem(409, "Conflict", "Another request changed the object at the same time. Look at it, and try again."),
        AmazonS3Exception { StatusCode: HttpStatusCode.RequestedRangeNotSatisfiable } => Problem(416, "Range not satisfiable", "The object has no bytes in this range."),
        AmazonServiceException busy when IsBusy(busy) => Problem(503, "S3 is busy", $"{busy.ErrorCode} (request {busy.RequestId}): {busy.Message}"),
        AmazonServiceException refused => Problem(502, "S3 refused", $"{refused.ErrorCode} (request {refused.RequestId}): {refused.Message}"),
        HttpRequestException or HttpIOException or TaskCanceledException => Problem(503, "S3 does not answer", exception.Message),
        _ => Problem(500, "Unexpected failure", "The log of this service has the details."),
    };

    /// <summary>What the SDK has tried again in vain, and may succeed later.</summary>
    private static bool IsBusy(AmazonServiceException refused) =>
        refused.StatusCode is >= HttpStatusCode.InternalServerError and not HttpStatusCode.NotImplemented or HttpStatusCode.TooManyRequests
        || refused.ErrorCode is "SlowDown" or "RequestTimeout";

    private static ProblemDetails Problem(int status, string title, string detail) => new() { Status = status, Title = title, Detail = detail };

    private static string Seconds(TimeSpan time) => Math.Max(1, (int)Math.Ceiling(time.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
}
