namespace Irsa.Credentials.Testing;

/// <summary>
/// What STS answers that a server without IAM, regions, policies and proxies cannot come to by itself. Code and status are AWS's
/// (<see href="https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html"/>). What the local STS refuses by
/// itself (signature, provider, audience, expiration, trust policy, field limits) needs no fault.
/// </summary>
public static class StsFault
{
    /// <summary>STS could not reach the issuer: 400 <c>IDPCommunicationError</c>, which may pass.</summary>
    public static Fault IssuerUnreachable() => Fault.Error(400, "IDPCommunicationError", "The identity provider could not be reached to verify the token.");

    /// <summary>The issuer's keys could not be fetched: 400 <c>InvalidIdentityToken</c>, which may pass.</summary>
    public static Fault KeyNotRetrieved() => Fault.Error(
        400,
        "InvalidIdentityToken",
        "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements");

    /// <summary>The issuer's certificate is from an authority that the provider does not know: 400 <c>InvalidIdentityToken</c>.</summary>
    public static Fault ThumbprintMismatch() => Fault.Error(400, "InvalidIdentityToken", "OpenIDConnect provider's HTTPS certificate doesn't match configured thumbprint");

    /// <summary>The issuer takes back what it said: 403 <c>IDPRejectedClaim</c>.</summary>
    public static Fault ClaimRejected() => Fault.Error(403, "IDPRejectedClaim", "The identity provider rejected the claim, or the claim has expired or was revoked.");

    /// <summary>STS is switched off in the region: 403 <c>RegionDisabledException</c>.</summary>
    public static Fault RegionDisabled() => Fault.Error(403, "RegionDisabledException", "STS is not activated in this region for the account.");

    /// <summary>
    /// A proxy passes on the first half of an answer as if it were all; see <see cref="Fault.Truncated"/> for a connection that breaks.
    /// </summary>
    public static Fault HalfAnswer() => Fault.HalvedInWholeAnswer();

    /// <summary>The session policies take too much room when packed: 400 <c>PackedPolicyTooLarge</c>.</summary>
    public static Fault PackedPolicyTooLarge() => Fault.Error(400, "PackedPolicyTooLarge", "Packed policy consumes 137% of allotted space, please use smaller policy.");
}
