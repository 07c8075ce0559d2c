using System.Text.Encodings.Web;
using System.Text.Json;

namespace Irsa.Credentials.Diagnosis;

/// <summary>The statement that the role must have for this token; nobody outside IAM can see the one it has.</summary>
internal static class TrustPolicyCheck
{
    public static CheckResultBuilder Make(DoctorContext examination)
    {
        if (examination.RoleArn is not { } role || examination.Faults.Any(static fault => fault.Code == IrsaErrorCode.RoleArnInvalid))
        {
            return CheckResultBuilder.Skipped("There is no role that could have one.");
        }

        return TrustPolicy.For(examination.Token?.Claims, role) is { } policy
            ? new CheckResultBuilder().Saw("The role's trust policy must hold the statement below, and the provider must exist.").Attach(Statement(policy))
            : CheckResultBuilder.Skipped("Without a token's issuer and subject it is not known what the role must trust.");
    }

    /// <summary>Closed up, so that the report fits one screen.</summary>
    private static string Statement(TrustPolicy policy) => $$"""
        { "Effect": "Allow", "Action": "{{TrustPolicy.Action}}",
          "Principal": { "Federated": "{{Text(policy.ProviderArn)}}" },
          "Condition": { "StringEquals": {
            "{{Text(policy.Provider)}}:aud": "{{Text(policy.Audience)}}",
            "{{Text(policy.Provider)}}:sub": "{{Text(policy.Subject)}}" } } }
        """;

    private static JsonEncodedText Text(string value) => JsonEncodedText.Encode(value, JavaScriptEncoder.UnsafeRelaxedJsonEscaping);
}
