namespace Irsa.Credentials.Testing;

/// <summary>Either a right signature or a refusal.</summary>
internal readonly record struct SigV4Verdict(SigV4Signature? Signature, S3Error? Error);
