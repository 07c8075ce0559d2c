namespace Irsa.Credentials.Testing;

/// <summary>Ends an operation with an error of S3.</summary>
internal sealed class S3Exception : Exception
{
    public S3Exception(S3Error error)
        : base(error.Message) => Error = error;

    public S3Error Error { get; }
}
