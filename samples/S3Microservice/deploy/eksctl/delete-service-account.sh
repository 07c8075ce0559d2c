#!/usr/bin/env bash
# Removes the service account and role that create-service-account.sh made, and its policy unless POLICY_ARN names one of yours.
# Also when the cluster is gone already.
# Settings: POLICY_ARN, CLUSTER, NAMESPACE, SERVICE_ACCOUNT, ROLE_NAME.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../common.sh
source "$(dirname "${BASH_SOURCE[0]}")/../common.sh"
need aws eksctl kubectl
unset BUCKET
look_up_cluster_or_rest
refuse_role_of_another

policy_arn=
if [[ -z ${POLICY_ARN:-} ]]; then
  policy_arn=arn:$partition:iam::$account:policy/$ROLE_NAME
  exists aws iam get-policy --policy-arn "$policy_arn" || policy_arn=
fi
if [[ -n $policy_arn ]]; then
  users=$(aws iam list-entities-for-policy --policy-arn "$policy_arn" --output text \
    --query '[PolicyRoles[].RoleName, PolicyUsers[].UserName, PolicyGroups[].GroupName][]')
  other=$(others '[^[:space:]]+' "$ROLE_NAME" "$users")
  if [[ -n $other ]]; then
    echo "Policy $policy_arn is kept, as others have it too: ${other//$'\n'/, }"
    policy_arn=
  fi
fi

if [[ -z $gone ]]; then
  eksctl delete iamserviceaccount --cluster "$cluster" --region "$region" --namespace "$NAMESPACE" --name "$SERVICE_ACCOUNT" --wait
else
  # eksctl asks the cluster first. What it made for the role is a stack of CloudFormation.
  : "${region:?is not known: set AWS_REGION to the region of the cluster that is gone}"
  stack=eksctl-$cluster-addon-iamserviceaccount-$NAMESPACE-$SERVICE_ACCOUNT
  if exists aws cloudformation describe-stacks --region "$region" --stack-name "$stack"; then
    aws cloudformation delete-stack --region "$region" --stack-name "$stack"
    aws cloudformation wait stack-delete-complete --region "$region" --stack-name "$stack"
  fi
fi

if [[ -n $policy_arn ]]; then
  aws iam delete-policy --policy-arn "$policy_arn"
fi
