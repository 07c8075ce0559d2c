internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "No pod variables, Development and no cluster: LocalAws stands in for AWS (STS {Sts}, S3 {S3}); objects live until this process ends")]
    public static partial void StandInStarted(this ILogger logger, Uri sts, Uri s3);

    [LoggerMessage(2, LogLevel.Error, "Unexpected failure of a {Method} request")]
    public static partial void UnexpectedFailure(this ILogger logger, string method, Exception exception);

    [LoggerMessage(3, LogLevel.Warning, "The parts of upload {UploadId} may be left in the bucket; a lifecycle rule with AbortIncompleteMultipartUpload removes such parts")]
    public static partial void PartsAreLeft(this ILogger logger, string uploadId, Exception exception);
}
