#!/usr/bin/env bash
# Removes the service account and role that create-service-account.sh made, and its policy unless POLICY_ARN names one of yours.
# Settings: POLICY_ARN, CLUSTER, NAMESPACE, SERVICE_ACCOUNT, ROLE_NAME.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../common.sh
source "$(dirname "${BASH_SOURCE[0]}")/../common.sh"
need aws eksctl kubectl
look_up_cluster
unset BUCKET
refuse_role_of_another

eksctl delete iamserviceaccount --cluster "$cluster" --region "$region" --namespace "$NAMESPACE" --name "$SERVICE_ACCOUNT" --wait
policy_arn=arn:$partition:iam::$account:policy/$ROLE_NAME
if [[ -z ${POLICY_ARN:-} ]] && exists aws iam get-policy --policy-arn "$policy_arn"; then
  aws iam delete-policy --policy-arn "$policy_arn"
fi
