#!/usr/bin/env bash
# Makes the bucket and closes it: no public access, TLS only, and unfinished uploads end after a day. Running it again repairs what has changed.
# A bucket policy or lifecycle rules of your own are kept; the script prints what to add, until they say the same.
# Settings: BUCKET, AWS_REGION.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../common.sh
source "$(dirname "${BASH_SOURCE[0]}")/../common.sh"
: "${BUCKET:?is not set: name the bucket}"
: "${AWS_REGION:?is not set: name the region of the bucket}"
need aws

caller=$(aws sts get-caller-identity --query Arn --output text)
IFS=: read -r _ partition _ <<<"$caller"
if ! exists aws s3api head-bucket --bucket "$BUCKET"; then
  aws s3 mb "s3://$BUCKET" --region "$AWS_REGION"
fi

aws s3api put-public-access-block --bucket "$BUCKET" \
  --public-access-block-configuration BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true

# tls_only POLICY: whether one statement refuses everything that comes without TLS. A statement nests braces three deep: Condition, operator, key.
tls_only() {
  local one='\{[^{}]*\}' two
  two="\\{[^{}]*(${one}[^{}]*)*\\}"
  grep -oE "\\{[^{}]*(${two}[^{}]*)*\\}" <<<"${1//[[:space:]]/}" |
    grep -F '"Effect":"Deny"' |
    grep -E '"Principal":("\*"|\{"AWS":\[?"\*"\]?\})' |
    grep -E '"Action":\[?"(s3:)?\*"' |
    grep -E '"aws:SecureTransport":\[?"?false"?' |
    grep -F -e "\"arn:$partition:s3:::$BUCKET/*\"" -e '"Resource":"*"' >/dev/null
}

kept=0
own='' policy=$(policy tls-only-policy.json "partition=$partition" "bucket=$BUCKET")
if exists aws s3api get-bucket-policy --bucket "$BUCKET"; then
  own=$(aws s3api get-bucket-policy --bucket "$BUCKET" --query Policy --output text)
fi
if [[ -z $own ]]; then
  aws s3api put-bucket-policy --bucket "$BUCKET" --policy "$policy"
elif ! tls_only "$own"; then
  printf 'Bucket %s has a policy of its own, which was kept. Add the statement of this one to it:\n%s\n' "$BUCKET" "$policy" >&2
  kept=1
fi

own='' rules=$(<"$deploy/iam/bucket-lifecycle.json")
if exists aws s3api get-bucket-lifecycle-configuration --bucket "$BUCKET"; then
  # Of the rules for the whole bucket: a rule for one prefix leaves the parts elsewhere.
  own=$(aws s3api get-bucket-lifecycle-configuration --bucket "$BUCKET" --output text \
    --query "Rules[].[Status, AbortIncompleteMultipartUpload.DaysAfterInitiation, Prefix || Filter.Prefix || Filter.And.Prefix || Filter.Tag.Key || 'whole']")
fi
if [[ -z $own ]]; then
  aws s3api put-bucket-lifecycle-configuration --bucket "$BUCKET" --lifecycle-configuration "$rules"
elif ! grep -qE '^Enabled[[:space:]]+[0-9]+[[:space:]]+whole$' <<<"$own"; then
  printf 'Bucket %s has lifecycle rules of its own, which were kept. Add this rule to them:\n%s\n' "$BUCKET" "$rules" >&2
  kept=1
fi
exit "$kept"
