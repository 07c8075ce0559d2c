namespace Irsa.Credentials.Diagnosis;

/// <summary>The document that the role must have for this token; nobody outside IAM can see the one it has.</summary>
internal static class TrustPolicyCheck
{
    public static Finding Make(Examination examination)
    {
        if (examination.RoleArn is not { } role || examination.Faults.Any(static fault => fault.Code == IrsaErrorCode.RoleArnMalformed))
        {
            return Finding.Skipped("There is no role that could have one.");
        }

        return TrustPolicy.For(examination.Token?.Claims, role) is { } policy
            ? new Finding().Saw("The role's trust policy must hold this statement, and the provider must exist:").Attach(policy.ToJson())
            : Finding.Skipped("Without a token's issuer and subject it is not known what the role must trust.");
    }
}
