namespace Irsa.Credentials.Testing;

/// <summary>A signature that has been found right, with what is needed to check the body that follows it.</summary>
/// <param name="Session">Whose it is.</param>
/// <param name="PayloadHash">The hash of the body, or the name of one of the streaming forms.</param>
/// <param name="SigningKey">Signs the chunks of a streaming body.</param>
/// <param name="Scope">The credential scope, <c>date/region/service/aws4_request</c>.</param>
/// <param name="Timestamp">The time in the signature, as it was written.</param>
/// <param name="Value">The signature itself: the seed of the chunks' signatures.</param>
internal sealed record SigV4Signature(IssuedSession Session, string PayloadHash, byte[] SigningKey, string Scope, string Timestamp, string Value)
{
    /// <summary>Gets the region that was signed for.</summary>
    public string Region => Scope.Split('/')[1];

    /// <summary>Never prints the signing key.</summary>
    public override string ToString() => Scope;
}
