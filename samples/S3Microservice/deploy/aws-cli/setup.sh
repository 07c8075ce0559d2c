#!/usr/bin/env bash
# The same with nothing but the AWS CLI and kubectl. Running it again repairs what has changed.
# Settings: BUCKET, CLUSTER, NAMESPACE, SERVICE_ACCOUNT, ROLE_NAME.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../common.sh
source "$(dirname "${BASH_SOURCE[0]}")/../common.sh"
: "${BUCKET:?is not set: name the bucket that the service works on}"
need aws kubectl
look_up_cluster

# The audience is sts.amazonaws.com in every partition, China included.
if ! exists aws iam get-open-id-connect-provider --open-id-connect-provider-arn "$provider_arn"; then
  aws iam create-open-id-connect-provider --url "https://$provider" --client-id-list sts.amazonaws.com --query OpenIDConnectProviderArn --output text
fi

if exists aws iam get-role --role-name "$ROLE_NAME"; then
  aws iam update-assume-role-policy --role-name "$ROLE_NAME" --policy-document "$(trust_policy)"
else
  aws iam create-role --role-name "$ROLE_NAME" --assume-role-policy-document "$(trust_policy)" --query Role.Arn --output text
fi
aws iam put-role-policy --role-name "$ROLE_NAME" --policy-name bucket --policy-document "$(bucket_policy)"

role_arn=$(aws iam get-role --role-name "$ROLE_NAME" --query Role.Arn --output text)
kubectl apply -f - <<YAML
apiVersion: v1
kind: Namespace
metadata:
  name: $NAMESPACE
---
apiVersion: v1
kind: ServiceAccount
metadata:
  name: $SERVICE_ACCOUNT
  namespace: $NAMESPACE
  annotations:
    eks.amazonaws.com/role-arn: $role_arn
YAML

echo "Service account $NAMESPACE/$SERVICE_ACCOUNT now has the role $role_arn."
echo "Pods that run already do not change: kubectl rollout restart deployment --namespace $NAMESPACE"
