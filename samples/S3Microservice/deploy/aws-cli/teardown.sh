#!/usr/bin/env bash
# Removes the role and the service account that setup.sh made, also when the cluster is gone already. It keeps the bucket, and the OIDC provider, which
# other roles of the cluster may need.
# Settings: CLUSTER, NAMESPACE, SERVICE_ACCOUNT, ROLE_NAME.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../common.sh
source "$(dirname "${BASH_SOURCE[0]}")/../common.sh"
need aws kubectl
unset BUCKET POLICY_ARN
look_up_cluster_or_rest
refuse_role_of_another

# All that can refuse comes before the first change.
role=
if exists aws iam get-role --role-name "$ROLE_NAME"; then
  role=$ROLE_NAME
  other=$(other_policies)
  [[ -z $other ]] ||
    fail "Role $ROLE_NAME has policies that setup.sh did not make, ${other//$'\n'/, }. Nothing was changed. Remove them first; if eksctl made the role, use eksctl/delete-service-account.sh."
fi

account_of() {
  kubectl get serviceaccount "$SERVICE_ACCOUNT" --namespace "$NAMESPACE" --ignore-not-found --output "jsonpath=$1"
}
if [[ -z $gone ]]; then
  owner=$(account_of '{.metadata.labels.app\.kubernetes\.io/managed-by}')
  annotation=$(account_of '{.metadata.annotations.eks\.amazonaws\.com/role-arn}')
  if [[ $owner == setup.sh ]]; then
    kubectl delete serviceaccount "$SERVICE_ACCOUNT" --namespace "$NAMESPACE"
  elif [[ $annotation == "arn:$partition:iam::$account:role/$ROLE_NAME" ]]; then
    kubectl annotate serviceaccount "$SERVICE_ACCOUNT" --namespace "$NAMESPACE" eks.amazonaws.com/role-arn-
    echo "Service account $NAMESPACE/$SERVICE_ACCOUNT was not made by setup.sh: only its annotation was removed."
  fi
fi

if [[ -n $role ]]; then
  if exists aws iam get-role-policy --role-name "$role" --policy-name bucket; then
    aws iam delete-role-policy --role-name "$role" --policy-name bucket
  fi
  aws iam delete-role --role-name "$role"
fi
