using System.Text.RegularExpressions;
using Irsa.Credentials.Configuration;
using Irsa.Credentials.Failures;

namespace Irsa.Tool;

/// <summary>What connects a Deployment to a role. Every value is validated, because it becomes part of YAML, a shell command or Terraform.</summary>
internal sealed partial record Manifest(string RoleArn, string Namespace, string ServiceAccount, string Deployment, string Cluster)
{
    /// <summary>Gets what is wrong with the values; null if nothing is.</summary>
    public string? Fault => this switch
    {
        _ when !RoleArnValidator.IsRole(RoleArn) => $"--role {SecretRedactor.QuoteAscii(RoleArn)} is not a valid IAM role ARN such as arn:aws:iam::111122223333:role/NAME.",
        _ when !KubernetesName.IsValid(Namespace) => $"--namespace {SecretRedactor.QuoteAscii(Namespace)} is not a Kubernetes name.",
        _ when !KubernetesName.IsValid(ServiceAccount) => $"--service-account {SecretRedactor.QuoteAscii(ServiceAccount)} is not a Kubernetes name.",
        _ when !KubernetesName.IsValid(Deployment) => $"--deployment {SecretRedactor.QuoteAscii(Deployment)} is not a Kubernetes name.",
        _ when !ClusterPattern().IsMatch(Cluster) => $"--cluster {SecretRedactor.QuoteAscii(Cluster)} is not an EKS cluster name.",
        _ => null,
    };

    private string RolePath => RoleArn[RoleArn.IndexOf('/', StringComparison.Ordinal)..(RoleArn.LastIndexOf('/') + 1)];

    private string RoleName => RoleArn[(RoleArn.LastIndexOf('/') + 1)..];

    public string ToYaml() => $"""
        {Trust}
        # Apply this before the pod is created, because the webhook reads the service account only then: kubectl apply -f FILE
        # Then let the Deployment use it. fsGroup lets a process that is not root read the token file:
        # {Patch}
        apiVersion: v1
        kind: ServiceAccount
        metadata:
          name: {YamlScalar(ServiceAccount)}
          namespace: {YamlScalar(Namespace)}
          annotations:
            eks.amazonaws.com/role-arn: {RoleArn}
        """;

    public string ToEksctl() => $"""
        {Trust}
        eksctl utils associate-iam-oidc-provider --cluster {Cluster} --approve
        eksctl create iamserviceaccount --cluster {Cluster} --namespace {Namespace} --name {ServiceAccount} \
          --attach-role-arn {RoleArn} --approve
        {Patch}
        """;

    public string ToTerraform() => $$"""
        data "aws_eks_cluster" "this" {
          name = "{{Cluster}}"
        }

        locals {
          issuer = trimprefix(data.aws_eks_cluster.this.identity[0].oidc[0].issuer, "https://")
        }

        data "aws_iam_openid_connect_provider" "cluster" {
          url = data.aws_eks_cluster.this.identity[0].oidc[0].issuer
        }

        data "aws_iam_policy_document" "trust" {
          statement {
            actions = ["sts:AssumeRoleWithWebIdentity"]
            principals {
              type        = "Federated"
              identifiers = [data.aws_iam_openid_connect_provider.cluster.arn]
            }
            condition {
              test     = "StringEquals"
              variable = "${local.issuer}:sub"
              values   = ["system:serviceaccount:{{Namespace}}:{{ServiceAccount}}"]
            }
            condition {
              test     = "StringEquals"
              variable = "${local.issuer}:aud"
              values   = ["sts.amazonaws.com"]
            }
          }
        }

        resource "aws_iam_role" "{{TerraformName}}" {
          name               = "{{RoleName}}"
          path               = "{{RolePath}}"
          assume_role_policy = data.aws_iam_policy_document.trust.json
        }

        resource "kubernetes_service_account_v1" "{{TerraformName}}" {
          metadata {
            name      = "{{ServiceAccount}}"
            namespace = "{{Namespace}}"
            annotations = {
              "eks.amazonaws.com/role-arn" = aws_iam_role.{{TerraformName}}.arn
            }
          }
        }

        # In the Deployment's pod template: service_account_name = "{{ServiceAccount}}", security_context { fs_group = "65534" }
        """;

    /// <summary>Neither kubectl nor eksctl checks the trust policy of an existing role.</summary>
    private string Trust => $"""
        # The role must already trust this service account. This prints the trust policy that it needs:
        # irsa trust-policy --role {RoleArn} --namespace {Namespace} --service-account {ServiceAccount} \
        #   --issuer "$(aws eks describe-cluster --name {Cluster} --query cluster.identity.oidc.issuer --output text)"
        """;

    private string Patch => $"kubectl patch deployment {Deployment} --namespace {Namespace} --patch '{JsonPatch}'";

    private string JsonPatch =>
        """{"spec":{"template":{"spec":{"serviceAccountName":"NAME","securityContext":{"fsGroup":65534}}}}}""".Replace("NAME", ServiceAccount, StringComparison.Ordinal);

    /// <summary>Quotes a Kubernetes name that YAML would read as a number, a date, a boolean or null.</summary>
    private static string YamlScalar(string name) => char.IsAsciiLetter(name[0]) && name is not ("true" or "false" or "yes" or "no" or "on" or "off" or "y" or "n" or "null") ? name : $"\"{name}\"";

    private string TerraformName => ServiceAccount.Replace('-', '_').Replace('.', '_') is var name && char.IsAsciiDigit(name[0]) ? $"_{name}" : name;

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9_-]{0,99}\z")]
    private static partial Regex ClusterPattern();
}
