locals {
  # A bucket that exists may have a policy and rules of its own.
  harden_bucket = coalesce(var.harden_bucket, var.create_bucket)

  trust_policy = templatefile("${path.module}/../iam/trust-policy.json", {
    provider        = local.provider
    provider_arn    = local.provider_arn
    namespace       = var.namespace
    service_account = var.service_account
  })

  bucket_policy = templatefile("${path.module}/../iam/bucket-policy.json", {
    partition = local.partition
    bucket    = var.bucket
  })

  tls_only_policy = templatefile("${path.module}/../iam/tls-only-policy.json", {
    partition = local.partition
    bucket    = var.bucket
  })
}
