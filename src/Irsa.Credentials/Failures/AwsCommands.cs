using System.Text.RegularExpressions;

namespace Irsa.Credentials.Failures;

/// <summary>
/// AWS CLI commands for remedies, complete but for words in capitals that stand for unknown values. Values may come from a token that nobody
/// has verified, and a reader pastes the command into a shell: only a plain name is put in, and no secret that stands in a name's place.
/// </summary>
internal static partial class AwsCommands
{
    public const string CloseMetadataService =
        "aws ec2 modify-instance-metadata-options --instance-id ID --http-tokens required --http-put-response-hop-limit 1";

    public const string ListPodIdentities = "aws eks list-pod-identity-associations --cluster-name CLUSTER";

    public const string DescribeIssuer = "aws eks describe-cluster --name CLUSTER --query cluster.identity.oidc.issuer --output text";

    public static string CreateProvider(string? issuer, string? audience) =>
        $"aws iam create-open-id-connect-provider --url {Or(issuer, "ISSUER")} --client-id-list {Or(audience, "AUDIENCE")}";

    public static string UpdateThumbprints(string? providerArn) =>
        $"aws iam update-open-id-connect-provider-thumbprint --open-id-connect-provider-arn {Or(providerArn, "PROVIDER_ARN")} --thumbprint-list THUMBPRINT";

    public static string DeleteProvider(string? providerArn) =>
        $"aws iam delete-open-id-connect-provider --open-id-connect-provider-arn {Or(providerArn, "PROVIDER_ARN")}";

    public static string AddAudience(string? providerArn, string? audience) =>
        $"aws iam add-client-id-to-open-id-connect-provider --open-id-connect-provider-arn {Or(providerArn, "PROVIDER_ARN")} --client-id {Or(audience, "AUDIENCE")}";

    public static string ConfigureSso(string? profile) => $"aws configure sso --profile {Or(profile, "PROFILE")}";

    public static string LogIn(string? profile) => $"aws sso login --profile {Or(profile, "PROFILE")}";

    public static string WhoAmI(string? profile) => $"aws sts get-caller-identity --profile {Or(profile, "PROFILE")}";

    public static string GetRole(string? roleArn) => $"aws iam get-role --role-name {RoleName(roleArn)}";

    public static string RaiseMaximum(string? roleArn) => $"aws iam update-role --role-name {RoleName(roleArn)} --max-session-duration SECONDS";

    /// <summary>The commands take a role's name, which follows its path.</summary>
    private static string RoleName(string? roleArn) => Or(roleArn?[(roleArn.LastIndexOf('/') + 1)..], "ROLE_NAME");

    private static string Or(string? value, string placeholder) => value is not null && Name().IsMatch(value) && SecretRedactor.MayBeShown(value) ? value : placeholder;

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9:/._+=,@-]{0,2047}\z")]
    private static partial Regex Name();
}
