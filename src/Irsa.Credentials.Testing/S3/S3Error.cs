namespace Irsa.Credentials.Testing;

/// <summary>An error of S3 (<see href="https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html"/>).</summary>
internal sealed record S3Error(int Status, string Code, string Message)
{
    public static readonly S3Error NoSuchBucket = new(404, "NoSuchBucket", "The specified bucket does not exist");
    public static readonly S3Error NoSuchKey = new(404, "NoSuchKey", "The specified key does not exist.");
    public static readonly S3Error NoSuchUpload = new(404, "NoSuchUpload", "The specified multipart upload does not exist. The upload ID might be invalid, or the multipart upload might have been aborted or completed.");
    public static readonly S3Error BucketAlreadyOwnedByYou = new(409, "BucketAlreadyOwnedByYou", "Your previous request to create the named bucket succeeded and you already own it.");
    public static readonly S3Error BucketNotEmpty = new(409, "BucketNotEmpty", "The bucket you tried to delete is not empty");
    public static readonly S3Error InvalidBucketName = new(400, "InvalidBucketName", "The specified bucket is not valid.");
    public static readonly S3Error KeyTooLong = new(400, "KeyTooLongError", "Your key is too long");
    public static readonly S3Error BadDigest = new(400, "BadDigest", "The Content-MD5 or checksum value you specified did not match what we received.");
    public static readonly S3Error ContentHashMismatch = new(400, "XAmzContentSHA256Mismatch", "The provided 'x-amz-content-sha256' header does not match what was computed.");
    public static readonly S3Error IncompleteBody = new(400, "IncompleteBody", "You did not provide the number of bytes specified by the Content-Length HTTP header");
    public static readonly S3Error InvalidPart = new(400, "InvalidPart", "One or more of the specified parts could not be found. The part might not have been uploaded, or the specified entity tag might not have matched the part's entity tag.");
    public static readonly S3Error InvalidPartOrder = new(400, "InvalidPartOrder", "The list of parts was not in ascending order. Parts list must be specified in order by part number.");
    public static readonly S3Error EntityTooSmall = new(400, "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed object size.");
    public static readonly S3Error MalformedXml = new(400, "MalformedXML", "The XML you provided was not well-formed or did not validate against our published schema");
    public static readonly S3Error InvalidRange = new(416, "InvalidRange", "The requested range is not satisfiable");
    public static readonly S3Error PreconditionFailed = new(412, "PreconditionFailed", "At least one of the preconditions you specified did not hold.");
    public static readonly S3Error MethodNotAllowed = new(405, "MethodNotAllowed", "The specified method is not allowed against this resource.");
    public static readonly S3Error AccessDenied = new(403, "AccessDenied", "Access Denied");
    public static readonly S3Error RequestExpired = new(403, "AccessDenied", "Request has expired");
    public static readonly S3Error InvalidAccessKeyId = new(403, "InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records.");
    public static readonly S3Error SignatureDoesNotMatch = new(403, "SignatureDoesNotMatch", "The request signature we calculated does not match the signature you provided. Check your key and signing method.");
    public static readonly S3Error RequestTimeTooSkewed = new(403, "RequestTimeTooSkewed", "The difference between the request time and the current time is too large.");
    public static readonly S3Error InvalidToken = new(400, "InvalidToken", "The provided token is malformed or otherwise invalid.");
    public static readonly S3Error ExpiredToken = new(400, "ExpiredToken", "The provided token has expired.");
    public static readonly S3Error MalformedAuthorization = new(400, "AuthorizationHeaderMalformed", "The authorization header is malformed.");

    public static readonly S3Error MalformedQuery = new(400, "AuthorizationQueryParametersError", "The query-string version 4 authorization is malformed or incomplete.");
    public static readonly S3Error ExpiresTooLate = new(400, "AuthorizationQueryParametersError", "X-Amz-Expires must be between 0 and 604800 seconds.");
    public static readonly S3Error NotValidYet = new(403, "AccessDenied", "Request is not valid yet");
    public static readonly S3Error UnsignedHeaders = new(403, "AccessDenied", "There were headers present in the request which were not signed");
    public static readonly S3Error InvalidPartNumber = new(416, "InvalidPartNumber", "The requested partnumber is not satisfiable");
    public static readonly S3Error MetadataTooLarge = new(400, "MetadataTooLarge", "Your metadata headers exceed the maximum allowed metadata size");
    public static readonly S3Error CopyToItself = InvalidRequest("This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.");

    /// <summary>Returns the error of S3 for a signature that was refused.</summary>
    /// <param name="result">The result of the verification.</param>
    /// <param name="rules">What S3 demands.</param>
    public static S3Error OfSignature(SigV4VerificationResult result, SigV4Rules rules) => result.Failure switch
    {
        SigV4Failure.Missing => AccessDenied,
        SigV4Failure.TwoMechanisms => InvalidArgument("Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter or the Authorization header should be specified"),
        SigV4Failure.WrongService => result.IsPresigned ? MalformedQuery : Malformed($"incorrect service \"{result.Authorization!.Service}\". This endpoint belongs to \"{rules.Service}\"."),
        SigV4Failure.WrongRegion => Malformed($"the region '{result.Authorization!.Region}' is wrong; expecting '{rules.Region}'"),
        SigV4Failure.UnknownAccessKey or SigV4Failure.TokenMissing => InvalidAccessKeyId,
        SigV4Failure.TokenOfOtherSession => InvalidToken,
        SigV4Failure.SessionExpired => ExpiredToken,
        SigV4Failure.SignedTooEarly or SigV4Failure.SignedTooLate => RequestTimeTooSkewed,
        SigV4Failure.UrlLifetimeInvalid => ExpiresTooLate,
        SigV4Failure.UrlExpired => RequestExpired,
        SigV4Failure.UrlNotYetValid => NotValidYet,
        SigV4Failure.UnsignedHeaders => UnsignedHeaders,
        SigV4Failure.SignatureMismatch => SignatureDoesNotMatch,
        _ => result.IsPresigned ? MalformedQuery : MalformedAuthorization,
    };

    public static S3Error NotImplemented(string what) => new(501, "NotImplemented", $"LocalAws does not implement {what}.");

    public static S3Error InvalidRequest(string message) => new(400, "InvalidRequest", message);

    public static S3Error InvalidArgument(string message) => new(400, "InvalidArgument", message);

    private static S3Error Malformed(string why) => new(400, "AuthorizationHeaderMalformed", $"The authorization header is malformed; {why}");
}
