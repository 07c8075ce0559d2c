#!/usr/bin/env bash
# Removes the role and the service account that setup.sh made. It keeps the OIDC provider, which other roles of the cluster may need, and the bucket.
# Settings: CLUSTER, NAMESPACE, SERVICE_ACCOUNT, ROLE_NAME.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../common.sh
source "$(dirname "${BASH_SOURCE[0]}")/../common.sh"
need aws kubectl
look_up_cluster
unset BUCKET
refuse_role_of_another

account_of() {
  kubectl get serviceaccount "$SERVICE_ACCOUNT" --namespace "$NAMESPACE" --ignore-not-found --output "jsonpath=$1"
}
role_arn=arn:$partition:iam::$account:role/$ROLE_NAME
if [[ $(account_of '{.metadata.labels.app\.kubernetes\.io/managed-by}') == setup.sh ]]; then
  kubectl delete serviceaccount "$SERVICE_ACCOUNT" --namespace "$NAMESPACE"
elif [[ $(account_of '{.metadata.annotations.eks\.amazonaws\.com/role-arn}') == "$role_arn" ]]; then
  kubectl annotate serviceaccount "$SERVICE_ACCOUNT" --namespace "$NAMESPACE" eks.amazonaws.com/role-arn-
  echo "Service account $NAMESPACE/$SERVICE_ACCOUNT was not made by setup.sh: only its annotation was removed."
fi

if exists aws iam get-role-policy --role-name "$ROLE_NAME" --policy-name bucket; then
  aws iam delete-role-policy --role-name "$ROLE_NAME" --policy-name bucket
fi
if exists aws iam get-role --role-name "$ROLE_NAME"; then
  aws iam delete-role --role-name "$ROLE_NAME"
fi
