#!/usr/bin/env bash
# Gives the sample its service account and role in the cluster that kubectl talks to.
# Settings: BUCKET (or POLICY_ARN of a policy that exists), CLUSTER, NAMESPACE, SERVICE_ACCOUNT, ROLE_NAME.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../common.sh
source "$(dirname "${BASH_SOURCE[0]}")/../common.sh"
need aws eksctl kubectl
look_up_cluster
refuse_role_of_another
if exists aws iam get-role-policy --role-name "$ROLE_NAME" --policy-name bucket; then
  refuse_role "was made by aws-cli/setup.sh or Terraform, and eksctl takes over no role"
fi

if [[ -z ${POLICY_ARN:-} ]]; then
  : "${BUCKET:?is not set: name the bucket, or set POLICY_ARN to the policy to attach}"
  POLICY_ARN=arn:$partition:iam::$account:policy/$ROLE_NAME
  if exists aws iam get-policy --policy-arn "$POLICY_ARN"; then
    version=$(aws iam get-policy --policy-arn "$POLICY_ARN" --query Policy.DefaultVersionId --output text)
    document=$(aws iam get-policy-version --policy-arn "$POLICY_ARN" --version-id "$version" --query PolicyVersion.Document --output json)
    other=$(others 'arn:[a-z0-9-]+:s3:::[^/"]+' "arn:$partition:s3:::$BUCKET" "$document")
    [[ -z $other ]] ||
      fail "Policy $POLICY_ARN exists and is about another bucket than $BUCKET, ${other//$'\n'/, }: choose another ROLE_NAME, or name the policy in POLICY_ARN."
    echo "Policy $POLICY_ARN exists and was not changed."
  else
    rights=$(bucket_policy)
    aws iam create-policy --policy-name "$ROLE_NAME" --policy-document "$rights" --query Policy.Arn --output text
  fi
fi

eksctl utils associate-iam-oidc-provider --cluster "$cluster" --region "$region" --approve
eksctl create iamserviceaccount --cluster "$cluster" --region "$region" --namespace "$NAMESPACE" --name "$SERVICE_ACCOUNT" \
  --role-name "$ROLE_NAME" --attach-policy-arn "$POLICY_ARN" --override-existing-serviceaccounts --approve
