variable "region" {
  description = "Region of the cluster."
  type        = string
}

variable "cluster_name" {
  description = "The EKS cluster. Use one state for each cluster."
  type        = string
}

variable "bucket" {
  description = "The bucket that the service works on."
  type        = string
}

variable "namespace" {
  description = "Namespace of the service account."
  type        = string
  default     = "samples"
}

variable "service_account" {
  description = "Name of the service account."
  type        = string
  default     = "s3-microservice"
}

variable "role_name" {
  description = "Name of the role."
  type        = string
  default     = "samples-s3-microservice"
}

variable "max_session_duration" {
  description = "Longest session in seconds that the role allows, 3600 to 43200. A longer Irsa:SessionDuration fails, it is not shortened."
  type        = number
  default     = 3600

  validation {
    condition     = var.max_session_duration >= 3600 && var.max_session_duration <= 43200
    error_message = "IAM allows 3600 to 43200 seconds."
  }
}

variable "create_bucket" {
  description = "False where the bucket exists."
  type        = bool
  default     = true
}

variable "harden_bucket" {
  description = "Blocks public access, refuses requests without TLS and ends incomplete uploads after a day. By default as create_bucket. True for a bucket that exists replaces its policy and lifecycle rules, and destroy removes them."
  type        = bool
  default     = null
}

variable "create_oidc_provider" {
  description = "True where the cluster has no OIDC provider in IAM yet; of several states for one cluster only one may create it."
  type        = bool
  default     = false
}

variable "create_namespace" {
  description = "False where the namespace exists."
  type        = bool
  default     = true
}

variable "create_service_account" {
  description = "False where something else, such as kustomize, owns the service account: annotate it with the output role_arn."
  type        = bool
  default     = true
}
