namespace Irsa.Credentials.Testing;

/// <summary>Either a right signature or a refusal.</summary>
internal readonly record struct SigV4VerificationResult(SigV4Signature? Signature, S3Error? Error);
