#!/usr/bin/env bash
# Makes the bucket and closes it: no public access, TLS only, and unfinished uploads end after a day. Running it again repairs what has changed.
# A bucket policy or lifecycle rule that exists and says something else is kept; the script then prints what to add.
# Settings: BUCKET, AWS_REGION.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../common.sh
source "$(dirname "${BASH_SOURCE[0]}")/../common.sh"
: "${BUCKET:?is not set: name the bucket}"
: "${AWS_REGION:?is not set: name the region of the bucket}"
need aws

if ! exists aws s3api head-bucket --bucket "$BUCKET"; then
  aws s3 mb "s3://$BUCKET" --region "$AWS_REGION"
fi
IFS=: read -r _ partition _ <<<"$(aws sts get-caller-identity --query Arn --output text)"

aws s3api put-public-access-block --bucket "$BUCKET" \
  --public-access-block-configuration BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true

# same ONE OTHER: whether two JSON texts differ in nothing but white space.
same() {
  [[ ${1//[[:space:]]/} == "${2//[[:space:]]/}" ]]
}
kept=0
policy=$(policy tls-only-policy.json "partition=$partition" "bucket=$BUCKET")
if exists aws s3api get-bucket-policy --bucket "$BUCKET" &&
  ! same "$(aws s3api get-bucket-policy --bucket "$BUCKET" --query Policy --output text)" "$policy"; then
  printf 'Bucket %s has a policy of its own, which was kept. Add this statement to it:\n%s\n' "$BUCKET" "$policy" >&2
  kept=1
else
  aws s3api put-bucket-policy --bucket "$BUCKET" --policy "$policy"
fi

rules=$(<"$deploy/iam/bucket-lifecycle.json")
if exists aws s3api get-bucket-lifecycle-configuration --bucket "$BUCKET" &&
  [[ $(aws s3api get-bucket-lifecycle-configuration --bucket "$BUCKET" --query 'Rules[].ID' --output text) != abort-incomplete-uploads ]]; then
  printf 'Bucket %s has lifecycle rules of its own, which were kept. Add this rule to them:\n%s\n' "$BUCKET" "$rules" >&2
  kept=1
else
  aws s3api put-bucket-lifecycle-configuration --bucket "$BUCKET" --lifecycle-configuration "$rules"
fi
exit "$kept"
