using System.Text.RegularExpressions;
using Irsa.Credentials.Configuration;

namespace Irsa.Tool;

/// <summary>What ties a Deployment to a role. Every value is checked, because it ends up in other languages' text.</summary>
internal sealed partial record Manifest(string RoleArn, string Namespace, string ServiceAccount, string Deployment, string Cluster)
{
    /// <summary>Gets what is wrong with the values; null when nothing is.</summary>
    public string? Fault => this switch
    {
        _ when !RoleArnValidator.IsRole(RoleArn) => $"--role is not the ARN of an IAM role, such as arn:aws:iam::111122223333:role/NAME: {RoleArn}",
        _ when !KubernetesName.IsValid(Namespace) => $"--namespace is not a Kubernetes name: {Namespace}",
        _ when !KubernetesName.IsValid(ServiceAccount) => $"--service-account is not a Kubernetes name: {ServiceAccount}",
        _ when !KubernetesName.IsValid(Deployment) => $"--deployment is not a Kubernetes name: {Deployment}",
        _ when !ClusterPattern().IsMatch(Cluster) => $"--cluster is not the name of an EKS cluster: {Cluster}",
        _ => null,
    };

    private string RolePath => RoleArn[RoleArn.IndexOf('/', StringComparison.Ordinal)..(RoleArn.LastIndexOf('/') + 1)];

    private string RoleName => RoleArn[(RoleArn.LastIndexOf('/') + 1)..];

    public string ToYaml() => $"""
        {Trust}
        # kubectl apply -f FILE, before the pod is created: the webhook looks at the account only then.
        # Then the Deployment takes it; the token file is given to the group, so that a process that is not root can read it:
        # {Patch}
        apiVersion: v1
        kind: ServiceAccount
        metadata:
          name: {ServiceAccount}
          namespace: {Namespace}
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

    /// <summary>Neither kubectl nor eksctl, which is given the role, looks at it.</summary>
    private string Trust => $"""
        # The role must trust this service account already. What it needs:
        # irsa trust-policy --role {RoleArn} --namespace {Namespace} --service-account {ServiceAccount} \
        #   --issuer "$(aws eks describe-cluster --name {Cluster} --query cluster.identity.oidc.issuer --output text)"
        """;

    private string Patch => $"kubectl patch deployment {Deployment} --namespace {Namespace} --patch '{JsonPatch}'";

    private string JsonPatch =>
        """{"spec":{"template":{"spec":{"serviceAccountName":"NAME","securityContext":{"fsGroup":65534}}}}}""".Replace("NAME", ServiceAccount, StringComparison.Ordinal);

    private string TerraformName => ServiceAccount.Replace('-', '_').Replace('.', '_') is var name && char.IsAsciiDigit(name[0]) ? $"_{name}" : name;

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9_-]{0,99}\z")]
    private static partial Regex ClusterPattern();
}
