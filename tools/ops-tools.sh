#!/usr/bin/env bash
# Installs what `npm run ops:check` runs: from Debian the programs of Prometheus and its exporters, without starting any of them, and by
# `go install`, once, pinned versions of actionlint, helm and kubeconform into $SIGMALANG_TOOLS. Says which of them it cannot get; then it exits with 1.
set -uo pipefail
cd "$(dirname "$0")/.."

ACTIONLINT=v1.7.12
HELM=v4.3.1
KUBECONFORM=v0.8.0
tools="${SIGMALANG_TOOLS:-$HOME/.cache/sigmalang-tools/bin}"
failed=0

# Debian package of each program.
declare -A packages=(
  [prometheus]=prometheus
  [promtool]=prometheus
  [amtool]=prometheus-alertmanager
  [prometheus-redis-exporter]=prometheus-redis-exporter
  [prometheus-postgres-exporter]=prometheus-postgres-exporter
  [prometheus-node-exporter]=prometheus-node-exporter
)

# Their packages would start them as services: the policy that invoke-rc.d asks forbids it while they are installed.
install_from_debian() {
  local as_root policy=/usr/sbin/policy-rc.d made=
  as_root=$([ "$(id -u)" = 0 ] || echo sudo)
  if [ ! -e "$policy" ]; then
    made=yes
    printf '#!/bin/sh\nexit 101\n' | $as_root tee "$policy" >/dev/null && $as_root chmod +x "$policy"
  fi
  $as_root apt-get update -qq &&
    $as_root env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y -qq --no-install-recommends "$@" >/dev/null
  local status=$?
  [ -z "$made" ] || $as_root rm -f "$policy"
  return $status
}

missing=()
for program in "${!packages[@]}"; do
  PATH="$PATH:/usr/bin:/usr/sbin" command -v "$program" >/dev/null || missing+=("${packages[$program]}")
done
if [ ${#missing[@]} -gt 0 ]; then
  mapfile -t missing < <(printf '%s\n' "${missing[@]}" | sort -u)
  install_from_debian "${missing[@]}" || { echo "ops-tools: Debian's ${missing[*]} could not be installed" >&2; failed=1; }
fi

# Go says itself when it is too old for a module, and then fetches a newer one where it may.
install_by_go() {
  local program=$1 module=$2 version=$3
  [ "$(cat "$tools/.$program-version" 2>/dev/null)" = "$version" ] && [ -x "$tools/$program" ] && return
  if ! command -v go >/dev/null; then
    echo "ops-tools: $program $version needs Go 1.26 or newer, and there is no go on PATH (Debian 12 has 1.19, which is too old)" >&2
    return 1
  fi
  mkdir -p "$tools"
  GOBIN="$tools" CGO_ENABLED=0 go install -trimpath -ldflags='-s -w' "$module@$version" && echo "$version" >"$tools/.$program-version"
}

PATH="$PATH:/usr/local/go/bin"
install_by_go actionlint github.com/rhysd/actionlint/cmd/actionlint "$ACTIONLINT" || failed=1
install_by_go kubeconform github.com/yannh/kubeconform/cmd/kubeconform "$KUBECONFORM" || failed=1
install_by_go helm helm.sh/helm/v4/cmd/helm "$HELM" || failed=1
exit $failed
