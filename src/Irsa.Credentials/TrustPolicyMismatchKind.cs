namespace Irsa.Credentials;

/// <summary>What a <see cref="TrustPolicyMismatch"/> means for the token.</summary>
public enum TrustPolicyMismatchKind
{
    /// <summary>STS refuses the token because of it, or IAM does not accept the policy.</summary>
    Refuses = 0,

    /// <summary>
    /// The token does not show whether it is accepted: a condition is about something other than the token's subject and audience, or a Deny has
    /// such a condition.
    /// </summary>
    Inconclusive = 1,

    /// <summary>STS accepts the token, and others that it should not accept.</summary>
    Advice = 2,
}
