namespace Irsa.Credentials;

/// <summary>What a <see cref="TrustPolicyMismatch"/> means for the token.</summary>
public enum TrustPolicyMismatchKind
{
    /// <summary>STS refuses the token for it, or IAM does not take the policy.</summary>
    Refuses = 0,

    /// <summary>
    /// The token does not tell whether it lets the token in: a condition on something else than the token's subject and audience, or a
    /// Deny with such a condition.
    /// </summary>
    Undecided = 1,

    /// <summary>The token is let in, and more than it.</summary>
    Advice = 2,
}
