#!/usr/bin/env bash
# Installs what `npm run ops:check` runs: from Debian the programs of Prometheus and its exporters, without starting any of them; by
# `go install`, once, pinned versions of actionlint, helm and kubeconform into $SIGMALANG_TOOLS; and into its folder `schemas` the documents of
# deploy/kubernetes/documents.txt, out of their Go modules. Says what it cannot get; then it exits with 1.
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

# Takes documents out of modules, whose own files are not kept.
fetch_documents() {
  local schemas="$tools/schemas" list=deploy/kubernetes/documents.txt modules=() cache status=0
  while read -r name module version _; do
    [ -s "$schemas/$name" ] && [ "$(cat "$schemas/.$name-version" 2>/dev/null)" = "$version" ] || modules+=("$module@$version")
  done < <(grep -v '^#' "$list")
  [ ${#modules[@]} -gt 0 ] || return 0
  mapfile -t modules < <(printf '%s\n' "${modules[@]}" | sort -u)
  mkdir -p "$schemas"
  cache=$(mktemp -d)
  # A module that asks for a newer Go is a fault of the download, though not of what is taken out of it.
  (cd "$cache" && printf '%s\n' "${modules[@]}" | GOMODCACHE="$cache" GOFLAGS=-modcacherw xargs -n 1 -P 4 go mod download 2>&1 | grep -v 'requires go')
  while read -r name module version path; do
    [ -s "$cache/$module@$version/$path" ] || continue
    cp "$cache/$module@$version/$path" "$schemas/$name" && echo "$version" >"$schemas/.$name-version"
  done < <(grep -v '^#' "$list")
  while read -r name module version _; do
    [ -s "$schemas/$name" ] || { echo "ops-tools: $name of $module@$version could not be fetched" >&2; status=1; }
  done < <(grep -v '^#' "$list")
  rm -rf "$cache"
  return $status
}

PATH="$PATH:/usr/local/go/bin"
fetch_documents || failed=1
install_by_go actionlint github.com/rhysd/actionlint/cmd/actionlint "$ACTIONLINT" || failed=1
install_by_go kubeconform github.com/yannh/kubeconform/cmd/kubeconform "$KUBECONFORM" || failed=1
install_by_go helm helm.sh/helm/v4/cmd/helm "$HELM" || failed=1
exit $failed
