provider "aws" {
  region = var.region
}

data "aws_partition" "current" {}

data "aws_eks_cluster" "this" {
  name = var.cluster_name
}

# A cluster has one OIDC provider in IAM, which all its roles share.
data "aws_iam_openid_connect_provider" "cluster" {
  count = var.create_oidc_provider ? 0 : 1
  url   = data.aws_eks_cluster.this.identity[0].oidc[0].issuer
}

resource "aws_iam_openid_connect_provider" "cluster" {
  count          = var.create_oidc_provider ? 1 : 0
  url            = data.aws_eks_cluster.this.identity[0].oidc[0].issuer
  client_id_list = ["sts.amazonaws.com"]
}

locals {
  partition    = data.aws_partition.current.partition
  provider     = trimprefix(data.aws_eks_cluster.this.identity[0].oidc[0].issuer, "https://")
  provider_arn = one(concat(aws_iam_openid_connect_provider.cluster[*].arn, data.aws_iam_openid_connect_provider.cluster[*].arn))
}

provider "kubernetes" {
  host                   = data.aws_eks_cluster.this.endpoint
  cluster_ca_certificate = base64decode(data.aws_eks_cluster.this.certificate_authority[0].data)

  exec {
    api_version = "client.authentication.k8s.io/v1beta1"
    command     = "aws"
    args        = ["eks", "get-token", "--cluster-name", var.cluster_name, "--region", var.region]
  }
}

resource "aws_iam_role" "service" {
  name                 = var.role_name
  assume_role_policy   = local.trust_policy
  max_session_duration = var.max_session_duration
}

resource "aws_iam_role_policy" "bucket" {
  name   = "bucket"
  role   = aws_iam_role.service.id
  policy = local.bucket_policy
}

resource "kubernetes_namespace_v1" "service" {
  count = var.create_namespace ? 1 : 0

  metadata {
    name = var.namespace
    labels = {
      "app.kubernetes.io/component"        = "identity"
      "pod-security.kubernetes.io/enforce" = "restricted"
    }
  }
}

resource "kubernetes_service_account_v1" "service" {
  count      = var.create_service_account ? 1 : 0
  depends_on = [kubernetes_namespace_v1.service]

  metadata {
    name      = var.service_account
    namespace = var.namespace
    labels = {
      "app.kubernetes.io/name"      = "s3-microservice"
      "app.kubernetes.io/component" = "identity"
    }
    annotations = {
      "eks.amazonaws.com/role-arn" = aws_iam_role.service.arn
    }
  }

  # The service asks the Kubernetes API for nothing; the token for STS is a volume of its own.
  automount_service_account_token = false
}
