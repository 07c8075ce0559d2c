using Amazon.Runtime;
using Amazon.S3;
using Irsa.Credentials;
using Microsoft.AspNetCore.Mvc;
using S3Microservice.Identity;

/// <summary>Every failure as problem details: what happened and what to do, never a stack trace.</summary>
internal sealed class FailureAnswers : Microsoft.AspNetCore.Diagnostics.IExceptionHandler
{
    private readonly IProblemDetailsService _problems;
    private readonly ILogger<FailureAnswers> _logger;

    public FailureAnswers(IProblemDetailsService problems, ILogger<FailureAnswers> logger)
    {
        _problems = problems;
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

        httpContext.Response.StatusCode = problem.Status!.Value;
        return await _problems.TryWriteAsync(new ProblemDetailsContext { HttpContext = httpContext, ProblemDetails = problem });
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
        BadHttpRequestException bad => Problem(bad.StatusCode, "Bad request", bad.Message),
        AmazonS3Exception { ErrorCode: "NoSuchKey" or "NotFound" } => Problem(404, "No such object", "There is no object under this key."),
        AmazonS3Exception { ErrorCode: "InvalidRange" } => Problem(416, "Range not satisfiable", "The object is shorter than the range begins."),
        AmazonS3Exception { ErrorCode: "NoSuchBucket" } => Problem(503, "No such bucket", "The bucket in S3:Bucket does not exist."),
        AmazonServiceException refused => Problem(502, "S3 refused", $"{refused.ErrorCode} (request {refused.RequestId}): {refused.Message}"),
        HttpRequestException or HttpIOException or TaskCanceledException => Problem(503, "S3 does not answer", exception.Message),
        _ => Problem(500, "Unexpected failure", "The log of this service has the details."),
    };

    private static ProblemDetails Problem(int status, string title, string detail) => new() { Status = status, Title = title, Detail = detail };
}
