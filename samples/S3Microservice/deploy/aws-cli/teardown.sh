#!/usr/bin/env bash
# Removes the role and the service account that setup.sh made. The OIDC provider stays: other roles of the cluster may need it.
# Settings: CLUSTER, NAMESPACE, SERVICE_ACCOUNT, ROLE_NAME.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../common.sh
source "$(dirname "${BASH_SOURCE[0]}")/../common.sh"
need aws kubectl
look_up_cluster

kubectl delete serviceaccount "$SERVICE_ACCOUNT" --namespace "$NAMESPACE" --ignore-not-found
if exists aws iam get-role-policy --role-name "$ROLE_NAME" --policy-name bucket; then
  aws iam delete-role-policy --role-name "$ROLE_NAME" --policy-name bucket
fi
if exists aws iam get-role --role-name "$ROLE_NAME"; then
  aws iam delete-role --role-name "$ROLE_NAME"
fi
