#!/usr/bin/env bash
# Brings a version to the cluster that KUBECONFIG names, or takes it back; goes back by itself to what was there where the upgrade or what is
# asked of it after fails. Needs helm and Node.
#
#   ENVIRONMENT=staging VERSION=1.2.3 URL=https://… SIGMALANG_KEY=… [REGISTRY=host/organisation] deploy/roll-out.sh upgrade
#   ENVIRONMENT=staging URL=https://… SIGMALANG_KEY=… [REVISION=7] deploy/roll-out.sh rollback
#
# Release and namespace are `sigmalang` unless RELEASE and NAMESPACE say otherwise. A file VALUES goes on top of those of the environment.
set -euo pipefail
cd "$(dirname "$0")/.."

release=${RELEASE:-sigmalang}
namespace=${NAMESPACE:-sigmalang}
readonly TIMEOUT=15m

in_namespace() { helm --namespace "$namespace" "$@"; }

# Revision that is deployed; nothing where there is none.
current_revision() {
  in_namespace list --filter "^$release\$" --deployed --output json | sed -n 's/.*"revision":"\{0,1\}\([0-9]*\).*/\1/p'
}

# What goes back by itself when an upgrade fails has another name since Helm 4.
rollback_flag() {
  case $(helm version --template '{{.Version}}') in v3.*) echo --atomic ;; *) echo --rollback-on-failure ;; esac
}

upgrade() {
  local values=(--values "helm/sigmalang/values-$ENVIRONMENT.yaml" --set-string "global.imageTag=$VERSION")
  if [ -n "${REGISTRY:-}" ]; then values+=(--set-string "global.imageRegistry=$REGISTRY"); fi
  if [ -n "${VALUES:-}" ]; then values+=(--values "$VALUES"); fi
  in_namespace upgrade "$release" helm/sigmalang --install --create-namespace "${values[@]}" "$(rollback_flag)" --wait --timeout "$TIMEOUT" --history-max 20
}

# A real request inside of the cluster, and what users see outside of it.
validate() {
  in_namespace test "$release" --timeout 5m && node deploy/validate-deployment.mjs "$URL" "$@"
}

roll_back() { in_namespace rollback "$release" "$@" --wait --timeout "$TIMEOUT"; }

case ${1:-} in
  upgrade)
    : "${ENVIRONMENT:?is missing}" "${VERSION:?is missing}" "${URL:?is missing, where users reach it}"
    before=$(current_revision)
    upgrade
    if ! validate "--version=$VERSION"; then
      if [ -z "$before" ]; then
        echo 'roll-out: what was installed is not right, and there was nothing before it to go back to' >&2
      else
        echo "roll-out: what was deployed is not right; going back to revision $before" >&2
        roll_back "$before"
      fi
      exit 1
    fi
    ;;
  rollback)
    : "${URL:?is missing, where users reach it}"
    roll_back ${REVISION:+"$REVISION"}
    validate
    ;;
  *)
    echo 'usage: roll-out.sh upgrade|rollback' >&2
    exit 2
    ;;
esac
