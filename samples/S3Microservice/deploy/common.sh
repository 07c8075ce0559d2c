# shellcheck shell=bash
# Sourced by the scripts in eksctl/ and aws-cli/: the names they share and the look-ups that a pipeline makes.

: "${NAMESPACE:=samples}"
: "${SERVICE_ACCOUNT:=s3-microservice}"
: "${ROLE_NAME:=samples-s3-microservice}"

deploy=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

fail() {
  printf '%s\n' "$*" >&2
  exit 1
}

need() {
  local tool
  for tool in "$@"; do
    command -v "$tool" >/dev/null || fail "$tool is needed and was not found."
  done
}

# The cluster: $CLUSTER, else the one that kubectl talks to, else the only one of the account in this region.
cluster_name() {
  local context names
  if [[ -n ${CLUSTER:-} ]]; then
    printf '%s\n' "$CLUSTER"
    return
  fi

  context=$(kubectl config current-context 2>/dev/null || true)
  case $context in
    arn:*:eks:*:cluster/*)
      printf '%s\n' "${context##*/}"
      return
      ;;
    *@*.*.eksctl.io)
      context=${context#*@}
      printf '%s\n' "${context%%.*}"
      return
      ;;
  esac

  names=$(aws eks list-clusters --query 'clusters[]' --output text)
  [[ -n $names ]] || fail "There is no EKS cluster in this account and region: set AWS_REGION, or create one."
  [[ $names != *[[:space:]]* ]] || fail "Several clusters, choose one with CLUSTER=name: $names"
  printf '%s\n' "$names"
}

# Sets cluster, region, account, partition, provider and provider_arn.
look_up_cluster() {
  local found arn endpoint issuer server
  cluster=$(cluster_name)
  found=$(aws eks describe-cluster --name "$cluster" --query 'cluster.[arn,endpoint,identity.oidc.issuer]' --output text)
  read -r arn endpoint issuer <<<"$found"
  IFS=: read -r _ partition _ region account _ <<<"$arn"
  provider=${issuer#https://}
  provider_arn=arn:$partition:iam::$account:oidc-provider/$provider

  # A role that trusts one cluster and a service account in another one look right each for itself, and never work together.
  server=$(kubectl config view --minify --output 'jsonpath={.clusters[0].cluster.server}' 2>/dev/null || true)
  [[ ${server,,} == "${endpoint,,}" ]] ||
    fail "kubectl talks to ${server:-no cluster}, not to $cluster: aws eks update-kubeconfig --name $cluster --region $region"
}

# policy FILE NAME=VALUE...: prints iam/FILE with every ${NAME} filled in.
policy() {
  local text pair
  text=$(<"$deploy/iam/$1")
  for pair in "${@:2}"; do
    text=${text//"\${${pair%%=*}}"/"${pair#*=}"}
  done
  [[ $text != *"\${"* ]] || fail "iam/$1 has a placeholder without a value."
  printf '%s\n' "$text"
}

trust_policy() {
  policy trust-policy.json "provider=$provider" "provider_arn=$provider_arn" "namespace=$NAMESPACE" "service_account=$SERVICE_ACCOUNT"
}

bucket_policy() {
  policy bucket-policy.json "partition=$partition" "bucket=$BUCKET"
}

# exists COMMAND...: false where AWS answers that there is no such thing; any other refusal ends the script.
exists() {
  local said
  if said=$("$@" 2>&1 >/dev/null); then
    return 0
  fi
  case $said in
    *NoSuchEntity* | *NoSuchBucketPolicy* | *NoSuchLifecycleConfiguration* | *'(404)'*) return 1 ;;
  esac
  fail "$said"
}

# others PATTERN EXPECTED TEXT: prints the matches of PATTERN in TEXT that are not EXPECTED. Names are compared whole, never as patterns.
others() {
  { grep -oE "$1" <<<"$3" || true; } | sort -u | { grep -vxF "$2" || true; }
}

# Ends the script where the role $ROLE_NAME exists and serves another cluster, service account or bucket: it would stop working there.
refuse_role_of_another() {
  local found other
  exists aws iam get-role --role-name "$ROLE_NAME" || return 0
  found=$(aws iam get-role --role-name "$ROLE_NAME" --query Role.AssumeRolePolicyDocument --output json)
  other=$(others 'arn:[a-z0-9-]+:iam::[0-9]*:oidc-provider/[^"]+' "$provider_arn" "$found")
  [[ -z $other ]] || refuse_role "trusts another cluster, $other"
  other=$(others 'system:serviceaccount:[^"]+' "system:serviceaccount:$NAMESPACE:$SERVICE_ACCOUNT" "$found")
  [[ -z $other ]] || refuse_role "trusts another service account, $other"
  if [[ -n ${BUCKET:-} ]] && exists aws iam get-role-policy --role-name "$ROLE_NAME" --policy-name bucket; then
    found=$(aws iam get-role-policy --role-name "$ROLE_NAME" --policy-name bucket --query PolicyDocument --output json)
    other=$(others 'arn:[a-z0-9-]+:s3:::[^/"]+' "arn:$partition:s3:::$BUCKET" "$found")
    [[ -z $other ]] || refuse_role "may use another bucket, $other"
  fi
}

refuse_role() {
  fail "Role $ROLE_NAME exists and $1. Nothing was changed. Give this cluster a role of its own: ROLE_NAME=$ROLE_NAME-$cluster ${0##*/}"
}
