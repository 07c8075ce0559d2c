resource "aws_s3_bucket" "objects" {
  count  = var.create_bucket ? 1 : 0
  bucket = var.bucket
}

# Waits for the bucket where it is created here.
locals {
  bucket_name = var.create_bucket ? aws_s3_bucket.objects[0].id : var.bucket
}

resource "aws_s3_bucket_public_access_block" "objects" {
  count                   = local.harden_bucket ? 1 : 0
  bucket                  = local.bucket_name
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_policy" "objects" {
  count  = local.harden_bucket ? 1 : 0
  bucket = local.bucket_name
  policy = local.tls_only_policy

  depends_on = [aws_s3_bucket_public_access_block.objects]
}

resource "aws_s3_bucket_lifecycle_configuration" "objects" {
  count  = local.harden_bucket ? 1 : 0
  bucket = local.bucket_name

  rule {
    id     = "abort-incomplete-uploads"
    status = "Enabled"

    filter {}

    abort_incomplete_multipart_upload {
      days_after_initiation = 1
    }
  }
}
