# shellcheck shell=bash
# Sourced by the scripts in eksctl/ and aws-cli/: the names they share and the look-ups that a pipeline makes.
# Everything here runs in bash 3.2, which is what macOS has. A command whose failure counts stands in an assignment: "[[ $(command) ]]" ignores it.

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

# exists COMMAND...: false where AWS answers that there is no such thing; any other refusal ends the script.
exists() {
  local said
  if said=$("$@" 2>&1 >/dev/null); then
    return 0
  fi
  case $said in
    *NoSuchEntity* | *NoSuchBucketPolicy* | *NoSuchLifecycleConfiguration* | *'(404)'* | *ResourceNotFoundException*) return 1 ;;
    *'(ValidationError)'*'Stack with id '*' does not exist'*) return 1 ;;
  esac
  fail "$said"
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
  [[ -n $names ]] || fail "There is no EKS cluster in this account and region: set AWS_REGION, or name the cluster with CLUSTER=name."
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
  found=$(tr '[:upper:]' '[:lower:]' <<<"$server $endpoint")
  if [[ ${found% *} != "${found##* }" ]]; then
    # The address differs through a tunnel to a private cluster. What the cluster says of itself decides then.
    found=$(kubectl get --raw /.well-known/openid-configuration 2>/dev/null || true)
    [[ ${found//[[:space:]]/} == *"\"issuer\":\"$issuer\""* ]] ||
      fail "kubectl talks to ${server:-no cluster}, not to $cluster: aws eks update-kubeconfig --name $cluster --region $region"
  fi
}

# For the scripts that undo: like look_up_cluster, and sets gone where the cluster was deleted before. The role then says which cluster it was.
look_up_cluster_or_rest() {
  local found name names issuer pattern
  # shellcheck disable=SC2034 # for the scripts
  gone=''
  cluster=$(cluster_name)
  if exists aws eks describe-cluster --name "$cluster"; then
    look_up_cluster
    return
  fi

  # shellcheck disable=SC2034
  gone=yes
  found=$(aws sts get-caller-identity --query Arn --output text)
  IFS=: read -r _ partition _ _ account _ <<<"$found"
  region=${AWS_REGION:-} provider='' provider_arn=''
  exists aws iam get-role --role-name "$ROLE_NAME" || return 0
  found=$(aws iam get-role --role-name "$ROLE_NAME" --query Role.AssumeRolePolicyDocument --output json)
  pattern='oidc-provider/(oidc[.-]eks\.([a-z0-9-]+)\.[^"]+)"'
  [[ $found =~ $pattern ]] ||
    fail "There is no cluster $cluster, and role $ROLE_NAME does not trust a cluster of EKS. Nothing was changed."
  provider=${BASH_REMATCH[1]} region=${BASH_REMATCH[2]}
  provider_arn=arn:$partition:iam::$account:oidc-provider/$provider
  names=$(aws eks list-clusters --region "$region" --query 'clusters[]' --output text)
  for name in $names; do
    issuer=$(aws eks describe-cluster --region "$region" --name "$name" --query cluster.identity.oidc.issuer --output text)
    [[ $issuer != "https://$provider" ]] ||
      fail "There is no cluster $cluster here, and role $ROLE_NAME belongs to cluster $name in $region. Nothing was changed. If you mean that one, set AWS_REGION=$region CLUSTER=$name."
  done
  echo "Cluster $cluster does not exist any more: only what is left of it in AWS is removed."
  if exists aws iam get-open-id-connect-provider --open-id-connect-provider-arn "$provider_arn"; then
    echo "Nothing uses its OIDC provider any more: aws iam delete-open-id-connect-provider --open-id-connect-provider-arn $provider_arn"
  fi
}

# policy FILE NAME=VALUE...: prints iam/FILE with every ${NAME} filled in.
policy() {
  local text pair name
  text=$(<"$deploy/iam/$1")
  for pair in "${@:2}"; do
    name="\${${pair%%=*}}"
    while [[ $text == *"$name"* ]]; do
      text=${text%%"$name"*}${pair#*=}${text#*"$name"}
    done
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

# others PATTERN EXPECTED TEXT: prints the matches of PATTERN in TEXT that are not EXPECTED. Names are compared whole, never as patterns.
others() {
  { grep -oE "$1" <<<"$3" || true; } | { sort -u || true; } | { grep -vxF "$2" || true; }
}

# Ends the script where the role $ROLE_NAME exists and serves another cluster, service, service account or bucket: it would stop working there.
refuse_role_of_another() {
  local found other
  exists aws iam get-role --role-name "$ROLE_NAME" || return 0
  # The names that are no keys: "Principal": {"Service": "ec2.amazonaws.com"} gives "ec2.amazonaws.com". A single statement may stand without a list.
  found=$(aws iam get-role --role-name "$ROLE_NAME" --query '[Role.AssumeRolePolicyDocument.Statement][].[Principal,NotPrincipal]' --output json)
  found=$({ grep -oE '"[^"]*":?' <<<"$found" || true; } | { grep -v ':$' || true; })
  other=$(others '"[^"]*"' "\"$provider_arn\"" "$found")
  [[ $other != *:oidc-provider/* ]] || refuse_role "trusts another cluster or provider, ${other//$'\n'/, }"
  [[ -z $other ]] || refuse_role "trusts something other than a cluster, ${other//$'\n'/, }"
  if [[ -n $found ]]; then
    found=$(aws iam get-role --role-name "$ROLE_NAME" --query Role.AssumeRolePolicyDocument --output json)
    other=$(others 'system:serviceaccount:[^"]+' "system:serviceaccount:$NAMESPACE:$SERVICE_ACCOUNT" "$found")
    [[ -z $other ]] || refuse_role "trusts another service account, ${other//$'\n'/, }"
    [[ $found == *system:serviceaccount:* ]] || refuse_role "trusts every service account of this cluster"
  fi
  if [[ -n ${BUCKET:-} ]] && exists aws iam get-role-policy --role-name "$ROLE_NAME" --policy-name bucket; then
    found=$(aws iam get-role-policy --role-name "$ROLE_NAME" --policy-name bucket --query PolicyDocument --output json)
    other=$(others 'arn:[a-z0-9-]+:s3:::[^/"]+' "arn:$partition:s3:::$BUCKET" "$found")
    [[ -z $other ]] || refuse_role "may use another bucket, ${other//$'\n'/, }"
  fi
}

# Prints the role's policies but "bucket", the one that setup.sh makes.
other_policies() {
  local inline attached
  inline=$(aws iam list-role-policies --role-name "$ROLE_NAME" --query 'PolicyNames[]' --output text)
  attached=$(aws iam list-attached-role-policies --role-name "$ROLE_NAME" --query 'AttachedPolicies[].PolicyArn' --output text)
  others '[^[:space:]]+' bucket "$inline $attached"
}

# refuse_role WHY: names a role of at most 64 characters for this cluster, in a command that can be copied.
refuse_role() {
  local suffix=${cluster:0:32} own
  own=${ROLE_NAME:0:$((63 - ${#suffix}))}-$suffix
  fail "Role $ROLE_NAME exists and $1. Nothing was changed. Use a role of its own for this cluster:
  CLUSTER=$cluster NAMESPACE=$NAMESPACE SERVICE_ACCOUNT=$SERVICE_ACCOUNT ROLE_NAME=$own${BUCKET:+ BUCKET=$BUCKET}${POLICY_ARN:+ POLICY_ARN=$POLICY_ARN} \"$0\""
}
