namespace Irsa.Credentials.Testing;

/// <summary>A valid signature, with what is needed to verify the body that follows.</summary>
/// <param name="Session">The session whose keys signed the request.</param>
/// <param name="PayloadHash">The hash of the body, or the name of a streaming format.</param>
/// <param name="SigningKey">The key that signs the chunks of a streaming body.</param>
/// <param name="Scope">The credential scope, <c>date/region/service/aws4_request</c>.</param>
/// <param name="Timestamp">The signing time as the request has it.</param>
/// <param name="Value">The signature, which is the seed of the chunk signatures.</param>
internal sealed record SigV4Signature(IssuedSession Session, string PayloadHash, byte[] SigningKey, string Scope, string Timestamp, string Value)
{
    /// <summary>Never prints the signing key.</summary>
    public override string ToString() => Scope;
}
