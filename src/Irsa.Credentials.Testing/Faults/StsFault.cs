namespace Irsa.Credentials.Testing;

/// <summary>
/// Errors of STS that the local STS never returns without a fault, because it has no IAM, regions, policies or proxies. Code and status are
/// those of AWS (<see href="https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html"/>). No fault is needed
/// for signature, provider, audience, expiration, trust policy and field limits: the local STS verifies them.
/// </summary>
public static class StsFault
{
    /// <summary>STS could not reach the issuer: HTTP 400, <c>IDPCommunicationError</c>. A transient error.</summary>
    public static Fault IssuerUnreachable() => Fault.Error(400, "IDPCommunicationError", "The identity provider could not be reached to verify the token.");

    /// <summary>STS could not download the keys of the issuer: HTTP 400, <c>InvalidIdentityToken</c>. A transient error.</summary>
    public static Fault KeyNotRetrieved() => Fault.Error(
        400,
        "InvalidIdentityToken",
        "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements");

    /// <summary>The certificate of the issuer does not match the thumbprint of the OIDC provider: HTTP 400, <c>InvalidIdentityToken</c>.</summary>
    public static Fault ThumbprintMismatch() => Fault.Error(400, "InvalidIdentityToken", "OpenIDConnect provider's HTTPS certificate doesn't match configured thumbprint");

    /// <summary>The issuer rejects or has revoked the claim: HTTP 403, <c>IDPRejectedClaim</c>.</summary>
    public static Fault ClaimRejected() => Fault.Error(403, "IDPRejectedClaim", "The identity provider rejected the claim, or the claim has expired or was revoked.");

    /// <summary>STS is disabled in the region: HTTP 403, <c>RegionDisabledException</c>.</summary>
    public static Fault RegionDisabled() => Fault.Error(403, "RegionDisabledException", "STS is not activated in this region for the account.");

    /// <summary>
    /// A proxy returns the first half of a response as if it were complete; see <see cref="Fault.Truncated"/> for a closed connection.
    /// </summary>
    public static Fault HalfResponse() => Fault.HalfBody();

    /// <summary>The session policies are too large when packed: HTTP 400, <c>PackedPolicyTooLarge</c>.</summary>
    public static Fault PackedPolicyTooLarge() => Fault.Error(400, "PackedPolicyTooLarge", "Packed policy consumes 137% of allotted space, please use smaller policy.");
}
