#!/usr/bin/env bash
# Builds the image of each app and proves it: what is in it and who may write to it, that it runs read-only and without any
# right, how fast it is ready, that it answers, and how it stops. Prints a table of sizes and times and fails where one is
# beyond its limit. Ends and removes all it started but the images.
#
#   deploy/build-images.sh [app…]           all apps without arguments; as root on Debian
#   BASE=<image> deploy/build-images.sh     a Debian image to build on; localhost/debian-base is made if not given
#   SOURCE=<url> deploy/build-images.sh     where the source is read, for the label
#   ONLY=build or ONLY=run                  one half alone; `run` takes the images that are there
#
# Installs the Debian packages it needs. npm's settings and the certificates of this machine are lent to the build and
# stay out of the images. Where overlay mounts are not allowed, set STORAGE_DRIVER=vfs.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly ALL_APPS=(encoder decoder nlp analogy search gateway standalone)
readonly LIMITS=(--ulimit nofile=1024:1024 --ulimit nproc=1000:1000) # no more than an unprivileged machine grants
readonly READY_SECONDS=60
readonly STARTS=3 # of each way to start; the fastest counts, since the machine may do other things
ADMIN_KEY=sk_$(head -c 43 < <(tr -dc 'A-Za-z0-9' </dev/urandom)) # of what is started here, and ends here
readonly ADMIN_KEY
apps=("${@:-${ALL_APPS[@]}}")
work=$(mktemp -d)
nats_pid=
faults=0
postgres_folder=
postgres_url=
declare -A components container metrics_port ready_ms without_cache_ms embedded_ms port

pod() { podman --runtime runc --cgroup-manager cgroupfs "$@"; }
has_app() { [[ " ${apps[*]} " == *" $1 "* ]]; }
step() { echo "== $*" >&2; }
fail() { echo "FAILED: $*" >&2; faults=$((faults + 1)); }
size_limit() { case $1 in gateway | encoder | decoder) echo 250 ;; *) echo 400 ;; esac; }                # MB
# In milliseconds; standalone makes a database first.
ready_limit() { case $1 in nlp | analogy) echo 3000 ;; standalone) echo 5000 ;; *) echo 1500 ;; esac; }
keeps_things() { case $1 in gateway | search | standalone) true ;; *) false ;; esac; }                  # in a database
milliseconds() { date +%s%3N; }

clean_up() {
  local id
  for id in "${container[@]}"; do pod rm --force --volumes --time 0 "$id" >/dev/null 2>&1 || true; done
  if [ -n "$nats_pid" ]; then
    kill "$nats_pid" 2>/dev/null || true
    wait "$nats_pid" 2>/dev/null || true
  fi
  if [ -n "$postgres_folder" ]; then
    as_postgres "$postgres_programs/pg_ctl" -D "$postgres_folder/data" -m immediate -w stop >/dev/null 2>&1 || true
    rm -rf "$postgres_folder"
  fi
  rm -rf "$work"
}

install_tools() {
  local command missing=()
  for command in buildah podman runc debootstrap nats-server curl jq; do
    command -v "$command" >/dev/null || missing+=("$command")
  done
  compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null || missing+=(postgresql)
  [ ${#missing[@]} -eq 0 ] && return
  step "installing ${missing[*]}"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" ca-certificates >/dev/null
}

# A minimal Debian from the mirror that apt uses here.
make_base() {
  BASE=localhost/debian-base
  podman image exists "$BASE" && return
  step "building $BASE"
  local mirror
  # shellcheck disable=SC2016
  mirror=$(apt-get indextargets --format '$(ORIGIN) $(REPO_URI)' 'Created-By: Packages' | sed -n 's/^Debian //p' | head -1)
  debootstrap --variant=minbase bookworm "$work/base" ${mirror:+"$mirror"} >"$work/base.log" || { tail -20 "$work/base.log"; exit 1; }
  rm -rf "$work"/base/var/cache/apt/archives/*.deb "$work"/base/var/lib/apt/lists/*
  tar -C "$work/base" -c . | podman import --quiet - "$BASE" >/dev/null
  rm -rf "$work/base"
}

version() { sed -n 's/^ *"version": "\(.*\)",$/\1/p' package.json | head -1; }
revision() { git rev-parse --short HEAD 2>/dev/null || echo development; }

build() {
  local app=$1 log=$work/build-$1.log start
  start=$(milliseconds)
  buildah build --layers --format docker --isolation "${BUILDAH_ISOLATION:-chroot}" --network host "${LIMITS[@]}" "${secrets[@]}" \
    --build-arg "BASE=$BASE" --build-arg "APP=$app" --build-arg "VERSION=$(version)" --build-arg "REVISION=$(revision)" \
    --build-arg "CREATED=$(git log -1 --format=%cI 2>/dev/null)" --build-arg "SOURCE=${SOURCE:-}" \
    --file deploy/Dockerfile --tag "localhost/sigmalang-$app" . >"$log" 2>&1 || { tail -40 "$log" >&2; exit 1; }
  step "built $app in $((($(milliseconds) - start) / 1000)) s"
}

start_nats() {
  step 'starting nats-server'
  printf 'listen: "127.0.0.1:-1"\nmax_payload: 8388608\nports_file_dir: "%s"\n' "$work" >"$work/nats.conf"
  nats-server --config "$work/nats.conf" --log "$work/nats.log" &
  nats_pid=$!
  local ports=$work/nats-server_$nats_pid.ports tries=100
  until [ -s "$ports" ]; do
    ((tries-- > 0)) || { cat "$work/nats.log" >&2; exit 1; }
    sleep 0.05
  done
  nats_url=$(grep -o 'nats://[0-9.:]*' "$ports" | head -1)
}

as_postgres() { (cd / && runuser -u postgres -- "$@"); }

# A server with files of its own, on a free port; it refuses root.
start_postgres() {
  step 'starting postgres'
  postgres_programs=$(compgen -G '/usr/lib/postgresql/*/bin' | sort -V | tail -1)
  postgres_folder=$(mktemp -d)
  chown postgres: "$postgres_folder"
  local settings
  settings="-c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off -p $(free_port)"
  as_postgres "$postgres_programs/initdb" -D "$postgres_folder/data" -U postgres -A trust -E UTF8 --locale=C --no-sync >/dev/null
  as_postgres "$postgres_programs/pg_ctl" -D "$postgres_folder/data" -o "$settings" -l "$postgres_folder/log" -w start >/dev/null
  postgres_url=postgres://postgres@127.0.0.1:${settings##* }/postgres
}

free_port() {
  local candidate
  while candidate=$((20000 + RANDOM % 10000)); (: <"/dev/tcp/127.0.0.1/$candidate") 2>/dev/null; do :; done
  echo "$candidate"
}

# Starts an app with what it needs; further arguments are those of podman.
start() {
  local app=$1 id settings=()
  shift
  metrics_port[$app]=$(free_port)
  if [ "$app" != standalone ]; then settings+=(--env "NATS_URL=$nats_url"); fi
  if [ "$app" = gateway ] || [ "$app" = standalone ]; then
    port[$app]=$(free_port)
    settings+=(--env "PORT=${port[$app]}" --env "ADMIN_KEY=$ADMIN_KEY" --env "AUTH_SECRET=$ADMIN_KEY")
  fi
  id=$(pod create --network host "${READ_ONLY[@]}" --cap-drop all --security-opt no-new-privileges \
    --no-healthcheck "${LIMITS[@]}" --env "METRICS_PORT=${metrics_port[$app]}" "${settings[@]}" "$@" "localhost/sigmalang-$app")
  container[$app]=$id
  pod start "$id" >/dev/null
}

# What is measured goes before other work of the machine: this script by its priority, containers by their share of the processors.
readonly BEFORE_OTHERS=(--cgroup-parent / --cpu-shares 262144)

# How long an app takes to be ready, in milliseconds: the fastest of some starts, each from nothing.
fastest_start() {
  local app=$1 fastest= i
  for ((i = 0; i < STARTS; i++)); do
    start "$@" "${BEFORE_OTHERS[@]}"
    await_ready "$app" || return
    if [ -z "$fastest" ] || [ "$last_ready_ms" -lt "$fastest" ]; then fastest=$last_ready_ms; fi
    pod rm --force --volumes --time 5 "${container[$app]}" >/dev/null
  done
  last_ready_ms=$fastest
}

measure() {
  local app=$1 database=()
  if [ "$app" = gateway ] || [ "$app" = search ]; then database=(--env "DATABASE_URL=$postgres_url"); fi
  renice -n -15 -p $$ >/dev/null
  fastest_start "$app" "${database[@]}" || return
  ready_ms[$app]=$last_ready_ms
  [ "$last_ready_ms" -le "$(ready_limit "$app")" ] || fail "$app is not ready within $(ready_limit "$app") ms"
  fastest_start "$app" "${database[@]}" --env NODE_COMPILE_CACHE= || return
  without_cache_ms[$app]=$last_ready_ms
  if [ ${#database[@]} -gt 0 ]; then
    fastest_start "$app" || return
    embedded_ms[$app]=$last_ready_ms
  fi
  renice -n 0 -p $$ >/dev/null
}

# Runs the image's health check by hand: podman would have systemd run it, which not every machine has.
healthy() {
  local check
  # shellcheck disable=SC2016
  check=$(pod image inspect --format '{{range $i, $word := .HealthCheck.Test}}{{if $i}}{{$word}} {{end}}{{end}}' "localhost/sigmalang-$1")
  # shellcheck disable=SC2086
  [ -n "$check" ] && pod exec "${container[$1]}" $check
}

await_ready() {
  local app=$1 id=${container[$1]} deadline=$(($(milliseconds) + READY_SECONDS * 1000))
  until curl --silent --fail --output /dev/null --max-time 1 "http://127.0.0.1:${metrics_port[$app]}/health/ready"; do
    if [ "$(milliseconds)" -gt "$deadline" ] || [ "$(pod inspect --format '{{.State.Running}}' "$id")" != true ]; then
      pod logs "$id" >&2
      fail "$app did not become ready"
      return 1
    fi
    sleep 0.01
  done
  local now started
  now=$(milliseconds)
  started=$(pod inspect --format '{{.State.StartedAt.UnixMilli}}' "$id")
  last_ready_ms=$((now - started))
  healthy "$app" || fail "$app: the health check of the image fails"
}

# Sends a request to the app that has the REST API, and looks for a text in the answer.
ask() {
  local app=$1 path=$2 body=$3 expected=$4
  curl --silent --max-time 30 --header "x-api-key: $ADMIN_KEY" --header 'content-type: application/json' --data "$body" \
    "http://127.0.0.1:${port[$app]}/v1/$path" >"$work/answer" || true
  if grep -qF -- "$expected" "$work/answer"; then
    step "$app answers /v1/$path"
  else
    fail "$app: /v1/$path answered $(head -c 300 "$work/answer")"
  fi
}

# Encodes a text and decodes what came back, embeds another: over NATS as far as the services are there.
ask_all() {
  local app=$1 text='ΣLANG: Grüße, 世界 🌍' vector
  if [ "$app" = standalone ] || has_app encoder; then
    ask "$app" encode "{\"text\":\"$text\"}" '"results":[{"vectors":[{"data":"'
    vector=$(grep -oP '"vectors":\[\{"data":"\K[^"]+' "$work/answer" || true)
    if [ "$app" = standalone ] || has_app decoder; then ask "$app" decode "{\"vectors\":[{\"data\":\"$vector\"}]}" "$text"; fi
  fi
  if [ "$app" = standalone ] || has_app nlp; then ask "$app" embeddings '{"input":"a small cat"}' '"prompt_tokens":'; fi
  if [ "$app" = standalone ] || has_app analogy; then ask "$app" analogies/solve '{"query":"france:paris::japan:?"}' '"answer":"tokyo"'; fi
  if [ "$app" = standalone ] || has_app search; then
    ask "$app" search '{"query":"dogs","mode":"keyword","corpus":["A cat sleeps.","A dog barks."]}' '"id":"1"'
  fi
}

# Stops the app as an orchestrator does and prints its line of the table.
stop_and_report() {
  local app=$1 id=${container[$1]} size start code health=healthy
  healthy "$app" || health=unhealthy
  start=$(milliseconds)
  pod stop --time 20 "$id" >/dev/null
  local stop_ms=$(($(milliseconds) - start))
  code=$(pod inspect --format '{{.State.ExitCode}}' "$id")
  [[ $code = 0 && $stop_ms -lt 5000 ]] || fail "$app stopped with $code after $stop_ms ms"
  size=$(($(podman image inspect --format '{{.Size}}' "localhost/sigmalang-$app") / 1000000))
  [ "$size" -le "$(size_limit "$app")" ] || fail "$app is larger than $(size_limit "$app") MB"
  printf '%-11s %4s <= %s  %5s <= %s %9s %9s  %-9s %9s %4s %5s\n' "$app" "$size" "$(size_limit "$app")" "${ready_ms[$app]:--}" \
    "$(ready_limit "$app")" "${without_cache_ms[$app]:--}" "${embedded_ms[$app]:--}" "$health" "$stop_ms" "$code" "${components[$app]:--}"
}

run_all() {
  local app
  start_nats
  start_postgres
  for app in "${apps[@]}"; do
    inspect_image "$app"
    inspect_papers "$app"
    try_writing "$app"
    try_compile_cache "$app"
    if keeps_things "$app"; then try_storage "$app"; fi
    measure "$app" || true # it has said why
  done
  if has_app standalone; then start standalone && await_ready standalone && ask_all standalone; fi
  for app in encoder decoder nlp analogy search gateway; do
    if has_app "$app"; then start "$app" --env "DATABASE_URL=$postgres_url" && await_ready "$app"; fi
  done
  if has_app gateway; then ask_all gateway; fi
  printf '%-11s %11s  %13s %9s %9s  %-9s %9s %4s %5s\n' app 'size, MB' 'ready, ms' uncached embedded health 'stop, ms' code parts
  for app in "${apps[@]}"; do stop_and_report "$app"; done
  echo "ready: the fastest of $STARTS starts, gateway and search with PostgreSQL; uncached: without the compile cache; embedded: the first start with a database of its own; load $(cut -d' ' -f1-3 /proc/loadavg) on $(nproc) processors"
}

# shellcheck source=deploy/build-secrets.sh
. deploy/build-secrets.sh
# shellcheck source=deploy/image-checks.sh
. deploy/image-checks.sh
trap clean_up EXIT
[ "$(id -u)" = 0 ] || { echo 'run as root' >&2; exit 1; }
for app in "${apps[@]}"; do
  [[ " ${ALL_APPS[*]} " == *" $app "* ]] || { echo "there is no app $app; the apps are ${ALL_APPS[*]}" >&2; exit 1; }
done
install_tools
[ -n "${BASE:-}" ] || make_base
find_secrets
if [ "${ONLY:-}" != run ]; then
  for app in "${apps[@]}"; do build "$app"; done
fi
if [ "${ONLY:-}" != build ]; then run_all; fi
[ "$faults" = 0 ] || { echo "$faults failed" >&2; exit 1; }
