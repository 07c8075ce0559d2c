using System.Text.RegularExpressions;

namespace Irsa.Credentials.Failures;

/// <summary>
/// Commands of the AWS command line that remedies give: complete, with the values that are known and capitals where they are not. Values
/// come from a token that nobody has verified, and the commands are pasted into a shell: only what has the shape of a name is put in.
/// </summary>
internal static partial class AwsCommands
{
    public const string CloseMetadataService =
        "aws ec2 modify-instance-metadata-options --instance-id ID --http-tokens required --http-put-response-hop-limit 1";

    public const string ListPodIdentities = "aws eks list-pod-identity-associations --cluster-name CLUSTER";

    public const string DescribeIssuer = "aws eks describe-cluster --name CLUSTER --query cluster.identity.oidc.issuer";

    public const string UpdateThumbprint =
        "aws iam update-open-id-connect-provider-thumbprint --open-id-connect-provider-arn ARN --thumbprint-list THUMBPRINT";

    public static string AddAudience(string? providerArn, string audience) =>
        $"aws iam add-client-id-to-open-id-connect-provider --open-id-connect-provider-arn {Or(providerArn, "ARN")} --client-id {Or(audience, "AUDIENCE")}";

    public static string GetTrustPolicy(string? roleArn) => $"aws iam get-role --role-name {RoleName(roleArn)} --query Role.AssumeRolePolicyDocument";

    public static string RaiseMaximum(string? roleArn) => $"aws iam update-role --role-name {RoleName(roleArn)} --max-session-duration SECONDS";

    /// <summary>The commands know a role by its name, which is what stands behind its path.</summary>
    private static string RoleName(string? roleArn) => Or(roleArn?[(roleArn.LastIndexOf('/') + 1)..], "NAME");

    private static string Or(string? value, string placeholder) => value is not null && Name().IsMatch(value) ? value : placeholder;

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9:/._+=,@-]*\z")]
    private static partial Regex Name();
}
