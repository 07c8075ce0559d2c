using System.Text.Encodings.Web;
using System.Text.Json;

namespace Irsa.Credentials.Diagnosis;

/// <summary>Shows the statement that the role's trust policy needs for this token. Only IAM can say which statements it has.</summary>
internal static class TrustPolicyCheck
{
    public static CheckResultBuilder Run(DoctorContext context)
    {
        if (context.RoleArn is not { } role || context.Faults.Any(static fault => fault.Code == IrsaErrorCode.RoleArnInvalid))
        {
            return CheckResultBuilder.Skipped("Without a valid role there is no trust policy.");
        }

        return TrustPolicy.For(context.Token?.Claims, role) is { } policy
            ? new CheckResultBuilder().Observe($"The role's trust policy needs the statement below{(policy.IsBuiltIn ? string.Empty : ", and the OIDC provider in it must exist")}.").Attach(Statement(policy))
            : CheckResultBuilder.Skipped("Without a token's issuer and subject the needed trust policy is not known.");
    }

    /// <summary>Compact, so that the report fits one screen.</summary>
    private static string Statement(TrustPolicy policy) => $$"""
        { "Effect": "Allow", "Action": "{{TrustPolicy.Action}}",
          "Principal": { "Federated": "{{Text(policy.ProviderArn)}}" },
          "Condition": { "StringEquals": {
        {{string.Join($",{Environment.NewLine}", policy.Claims.Select(known => $"    \"{Text(policy.Provider)}:{known.Claim}\": \"{Text(known.Value)}\""))}} } } }
        """;

    private static JsonEncodedText Text(string value) => JsonEncodedText.Encode(value, JavaScriptEncoder.UnsafeRelaxedJsonEscaping);
}
