#!/usr/bin/env bash
# Installs the umbrella chart into a cluster of its own (kind), asks it for what it is there for, and upgrades to it from the charts of an
# earlier commit where that has some. Needs docker, kind, kubectl, git and the tools of tools/ops-tools.sh.
#
#   deploy/install-in-kind.sh [commit]
set -euo pipefail
cd "$(dirname "$0")/.."
PATH="${SIGMALANG_TOOLS:-$HOME/.cache/sigmalang-tools/bin}:$PATH"

readonly APPS=(gateway encoder decoder nlp analogy search)
readonly CLUSTER=sigmalang-charts NAMESPACE=sigmalang TAG=charts
before=${1:-}
work=$(mktemp -d)
random() { head -c 43 < <(tr -dc 'A-Za-z0-9' </dev/urandom); }

end() {
  local status=$?
  if [ "$status" != 0 ]; then tell; fi
  kind delete cluster --name "$CLUSTER" || true
  git worktree remove --force "$work/before" 2>/dev/null || true
  rm -rf "$work"
  exit "$status"
}

tell() {
  kubectl --namespace "$NAMESPACE" get pods --output wide || true
  kubectl --namespace "$NAMESPACE" get events --sort-by .lastTimestamp | tail -40 || true
  kubectl --namespace "$NAMESPACE" logs --selector app.kubernetes.io/part-of=sigmalang --tail 20 --prefix || true
}

build_images() {
  local app
  for app in "${APPS[@]}"; do
    docker build --quiet --file deploy/Dockerfile --build-arg "APP=$app" --tag "sigmalang-$app:$TAG" .
    kind load docker-image --name "$CLUSTER" "sigmalang-$app:$TAG"
  done
}

make_secret() {
  local postgres redis
  postgres=$(random)
  redis=$(random)
  kubectl create namespace "$NAMESPACE"
  kubectl --namespace "$NAMESPACE" create secret generic sigmalang \
    --from-literal=admin-key="sk_$(random)" --from-literal=auth-secret="$(random)" \
    --from-literal=postgresql-password="$postgres" --from-literal=database-url="postgres://sigmalang:$postgres@sigmalang-postgresql:5432/sigmalang" \
    --from-literal=redis-password="$redis" --from-literal=redis-url="redis://:$redis@sigmalang-redis:6379"
}

# Installs the charts of a folder, and has them do real requests.
install() {
  helm upgrade sigmalang "$1/helm/sigmalang" --install --namespace "$NAMESPACE" --values "$1/helm/sigmalang/values-small.yaml" \
    --set-string "global.imageTag=$TAG" --wait --timeout 10m
  helm test sigmalang --namespace "$NAMESPACE" --timeout 5m
}

trap end EXIT
kind create cluster --name "$CLUSTER" --wait 5m
build_images
make_secret
if [ -n "$before" ] && git worktree add --detach "$work/before" "$before" 2>/dev/null && [ -d "$work/before/helm/sigmalang" ]; then
  install "$work/before"
else
  echo 'There are no charts before these to upgrade from.'
fi
install .
