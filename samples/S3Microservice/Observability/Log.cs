internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "No pod variables, Development and no cluster: LocalAws stands in for AWS (STS {Sts}, S3 {S3}); objects live until this process ends")]
    public static partial void LocalAwsStarted(this ILogger logger, Uri sts, Uri s3);

    [LoggerMessage(2, LogLevel.Error, "Unexpected failure of a {Method} request")]
    public static partial void UnexpectedFailure(this ILogger logger, string method, Exception exception);

    [LoggerMessage(3, LogLevel.Warning, "The parts of upload {UploadId} may be left in the bucket; a lifecycle rule with AbortIncompleteMultipartUpload removes such parts")]
    public static partial void PartsAreLeft(this ILogger logger, string uploadId, Exception exception);

    [LoggerMessage(4, LogLevel.Critical, "The service cannot start. {Reason}")]
    public static partial void CannotStart(this ILogger logger, string reason, Exception? exception);

    [LoggerMessage(5, LogLevel.Information, "{Method} {Path} answered {Status} in {Milliseconds} ms")]
    public static partial void Answered(this ILogger logger, string method, string path, int status, double milliseconds);

    [LoggerMessage(6, LogLevel.Information, "The STS of LocalAws now does this: {Behavior}")]
    public static partial void StsBehaviorChanged(this ILogger logger, string behavior);
}
