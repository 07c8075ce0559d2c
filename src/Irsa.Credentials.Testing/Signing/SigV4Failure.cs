namespace Irsa.Credentials.Testing;

/// <summary>Why a signature was refused. Each service has its own error for each of them.</summary>
internal enum SigV4Failure
{
    Missing = 1,
    TwoMechanisms = 2,
    Malformed = 3,
    WrongService = 4,
    WrongRegion = 5,
    UnknownAccessKey = 6,
    TokenMissing = 7,
    TokenOfOtherSession = 8,
    SessionExpired = 9,
    SignedTooEarly = 10,
    SignedTooLate = 11,
    UrlLifetimeInvalid = 12,
    UrlExpired = 13,
    UrlNotYetValid = 14,
    SignatureMismatch = 15,
    UnsignedHeaders = 16,
}
