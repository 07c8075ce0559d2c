#!/usr/bin/env bash
# The role and the service account with nothing but the AWS CLI and kubectl. Running it again repairs what has changed.
# It changes only what it makes: labels and other annotations of a namespace or service account that exist are kept.
# Settings: BUCKET, CLUSTER, NAMESPACE, SERVICE_ACCOUNT, ROLE_NAME.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../common.sh
source "$(dirname "${BASH_SOURCE[0]}")/../common.sh"
: "${BUCKET:?is not set: name the bucket that the service works on}"
need aws kubectl
look_up_cluster
refuse_role_of_another
trust=$(trust_policy)
rights=$(bucket_policy)
if exists aws iam get-role --role-name "$ROLE_NAME" && ! exists aws iam get-role-policy --role-name "$ROLE_NAME" --policy-name bucket; then
  other=$(other_policies)
  [[ -z $other ]] || refuse_role "was made in another way, such as eksctl: it has the policy ${other//$'\n'/, }"
fi

# The audience is sts.amazonaws.com in every partition, China included.
if ! exists aws iam get-open-id-connect-provider --open-id-connect-provider-arn "$provider_arn"; then
  aws iam create-open-id-connect-provider --url "https://$provider" --client-id-list sts.amazonaws.com --query OpenIDConnectProviderArn --output text
fi

if exists aws iam get-role --role-name "$ROLE_NAME"; then
  aws iam update-assume-role-policy --role-name "$ROLE_NAME" --policy-document "$trust"
else
  aws iam create-role --role-name "$ROLE_NAME" --assume-role-policy-document "$trust" --query Role.Arn --output text
fi
aws iam put-role-policy --role-name "$ROLE_NAME" --policy-name bucket --policy-document "$rights"

role_arn=$(aws iam get-role --role-name "$ROLE_NAME" --query Role.Arn --output text)
found=$(kubectl get namespace "$NAMESPACE" --ignore-not-found --output name)
[[ -n $found ]] || kubectl create namespace "$NAMESPACE"
found=$(kubectl get serviceaccount "$SERVICE_ACCOUNT" --namespace "$NAMESPACE" --ignore-not-found --output name)
# teardown.sh removes what has this label. Without it the service account belongs to somebody else, such as kustomize.
[[ -n $found ]] || kubectl create -f - <<YAML
apiVersion: v1
kind: ServiceAccount
metadata:
  name: $SERVICE_ACCOUNT
  namespace: $NAMESPACE
  labels:
    app.kubernetes.io/managed-by: setup.sh
YAML
kubectl annotate serviceaccount "$SERVICE_ACCOUNT" --namespace "$NAMESPACE" --overwrite "eks.amazonaws.com/role-arn=$role_arn"

echo "Service account $NAMESPACE/$SERVICE_ACCOUNT now has the role $role_arn."
echo "Running pods do not change. Restart them: kubectl rollout restart deployment/s3-microservice --namespace $NAMESPACE"
