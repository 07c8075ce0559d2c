namespace Irsa.Credentials.Testing;

/// <summary>The result of a verification.</summary>
/// <param name="Signature">The valid signature; null if it was refused.</param>
/// <param name="Failure">Why it was refused; null if it is valid.</param>
/// <param name="Authorization">What the request says about its signature; null if that could not be read.</param>
/// <param name="IsPresigned">Whether the signature is in the query.</param>
internal readonly record struct SigV4VerificationResult(SigV4Signature? Signature, SigV4Failure? Failure, SigV4Authorization? Authorization, bool IsPresigned);
