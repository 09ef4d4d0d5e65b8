#!/usr/bin/env bash
# Builds the image of each app and proves it: runs it read-only and without any right, waits until it is ready, asks for
# its health and for real answers, stops it, and prints size and times. Ends and removes all it started but the images.
#
#   deploy/build-images.sh [app…]           all apps without arguments; as root on Debian
#   BASE=<image> deploy/build-images.sh     a Debian image to build on; localhost/debian-base is made if not given
#
# Installs the Debian packages it needs. npm's settings and the certificates of this machine are lent to the build and
# stay out of the images. Where overlay mounts are not allowed, set STORAGE_DRIVER=vfs.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly ALL_APPS=(encoder decoder nlp analogy search gateway standalone)
readonly LIMITS=(--ulimit nofile=1024:1024 --ulimit nproc=1000:1000) # no more than an unprivileged machine grants
readonly CERTIFICATES=/etc/ssl/certs/ca-certificates.crt
readonly READY_SECONDS=30
ADMIN_KEY=sk_$(head -c 43 < <(tr -dc 'A-Za-z0-9' </dev/urandom)) # of what is started here, and ends here
readonly ADMIN_KEY
apps=("${@:-${ALL_APPS[@]}}")
work=$(mktemp -d)
nats_pid=
faults=0
secrets=()
declare -A container metrics_port ready_ms port

pod() { podman --runtime runc --cgroup-manager cgroupfs "$@"; }
has_app() { [[ " ${apps[*]} " == *" $1 "* ]]; }
step() { echo "== $*" >&2; }
fail() { echo "FAILED: $*" >&2; faults=$((faults + 1)); }
size_limit() { case $1 in nlp | analogy | standalone) echo 400 ;; *) echo 250 ;; esac; }
milliseconds() { date +%s%3N; }

clean_up() {
  local id
  for id in "${container[@]}"; do pod rm --force --volumes --time 0 "$id" >/dev/null 2>&1 || true; done
  if [ -n "$nats_pid" ]; then
    kill "$nats_pid" 2>/dev/null || true
    wait "$nats_pid" 2>/dev/null || true
  fi
  rm -rf "$work"
}

install_tools() {
  local command missing=()
  for command in buildah podman runc debootstrap nats-server curl; do
    command -v "$command" >/dev/null || missing+=("$command")
  done
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

# What the build needs to reach the package registry as npm does on this machine.
find_secrets() {
  local npmrc=$work/npmrc certificates=$CERTIFICATES
  if command -v npm >/dev/null; then
    cat "$(npm config get globalconfig)" "$(npm config get userconfig)" 2>/dev/null | grep -vE '^ *(cafile|cache|nodedir|prefix)\b' >"$npmrc" || true
    printf '\nregistry=%s\n' "$(npm config get registry)" >>"$npmrc"
    [ -f "$(npm config get cafile)" ] && certificates=$(npm config get cafile)
  elif [ -f ~/.npmrc ]; then
    cp ~/.npmrc "$npmrc"
  fi 2>/dev/null
  if [ -f "$npmrc" ]; then secrets+=(--secret "id=npmrc,src=$npmrc"); fi
  if [ -f "$certificates" ]; then secrets+=(--secret "id=ca,src=$certificates"); fi
}

build() {
  local app=$1 log=$work/build-$1.log start
  start=$(milliseconds)
  buildah build --layers --format docker --isolation "${BUILDAH_ISOLATION:-chroot}" --network host "${LIMITS[@]}" "${secrets[@]}" \
    --build-arg "BASE=$BASE" --build-arg "APP=$app" --build-arg "BUILD=$(git rev-parse --short HEAD 2>/dev/null || echo development)" \
    --file deploy/Dockerfile --tag "localhost/sigmalang-$app" . >"$log" 2>&1 || { tail -40 "$log" >&2; exit 1; }
  step "built $app in $((($(milliseconds) - start) / 1000)) s"
}

# What must not be in an image, and what its user must not be able to write.
inspect_image() {
  local app=$1 image=localhost/sigmalang-$1 root found
  [ "$(podman image inspect --format '{{.Config.User}}' "$image")" = 10001:10001 ] || fail "$app: the user is not 10001:10001"
  root=$(podman image mount "$image")
  found=$(find "$root" -name node_modules ! -path "$root/app/node_modules" -o -name '.npm*' -o -name '*.ts' -o -name '*.map' -o -name '*.spec.*' -o -name '*.float32.*')
  [ -z "$found" ] || fail "$app: the image holds $found"
  found=$(find "$root" -mindepth 1 ! -type l \( -uid 10001 -o -gid 10001 -o -perm -o+w \) ! -path "$root/data" ! -path "$root/tmp")
  [ -z "$found" ] || fail "$app: its user can write $found"
  podman image unmount "$image" >/dev/null
}

# Writing succeeds in DATA_DIR on a read-only root, and is not permitted in /app even on a writable one.
try_writing() {
  local app=$1 code=0
  local write='try { fs.writeFileSync(process.argv[1], "x") } catch (error) { process.exit(error.code === "EACCES" ? 13 : 1) }'
  local run=(run --rm --no-healthcheck --network host --cap-drop all "${LIMITS[@]}" --entrypoint /app/bin/node)
  pod "${run[@]}" --read-only --read-only-tmpfs=false "localhost/sigmalang-$app" -e "$write" /data/x || fail "$app: /data cannot be written"
  pod "${run[@]}" "localhost/sigmalang-$app" -e "$write" /app/dist/apps/app/main.js || code=$?
  [ "$code" = 13 ] || fail "$app: writing to /app ended with $code"
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

free_port() {
  local candidate
  while candidate=$((20000 + RANDOM % 10000)); (: <"/dev/tcp/127.0.0.1/$candidate") 2>/dev/null; do :; done
  echo "$candidate"
}

start() {
  local app=$1 id settings=()
  metrics_port[$app]=$(free_port)
  if [ "$app" != standalone ]; then settings+=(--env "NATS_URL=$nats_url"); fi
  if [ "$app" = gateway ] || [ "$app" = standalone ]; then
    port[$app]=$(free_port)
    settings+=(--env "PORT=${port[$app]}" --env "ADMIN_KEY=$ADMIN_KEY")
  fi
  id=$(pod create --network host --read-only --read-only-tmpfs=false --cap-drop all --security-opt no-new-privileges \
    --no-healthcheck "${LIMITS[@]}" --env "METRICS_PORT=${metrics_port[$app]}" "${settings[@]}" "localhost/sigmalang-$app")
  container[$app]=$id
  pod start "$id" >/dev/null
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
      return
    fi
    sleep 0.01
  done
  local now started
  now=$(milliseconds)
  started=$(pod inspect --format '{{.State.StartedAt.UnixMilli}}' "$id")
  ready_ms[$app]=$((now - started))
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
  printf '%-11s %5s MB (<= %s)  ready in %5s ms  %-9s  stopped in %4s ms with %s\n' \
    "$app" "$size" "$(size_limit "$app")" "${ready_ms[$app]:--}" "$health" "$stop_ms" "$code"
}

run_all() {
  local app
  has_app standalone && start standalone && await_ready standalone && ask_all standalone
  if [ "${apps[*]}" != standalone ]; then
    start_nats
    for app in encoder decoder nlp analogy search gateway; do
      if has_app "$app"; then start "$app" && await_ready "$app"; fi
    done
    if has_app gateway; then ask_all gateway; fi
  fi
  for app in "${apps[@]}"; do stop_and_report "$app"; done
}

trap clean_up EXIT
[ "$(id -u)" = 0 ] || { echo 'run as root' >&2; exit 1; }
for app in "${apps[@]}"; do
  [[ " ${ALL_APPS[*]} " == *" $app "* ]] || { echo "there is no app $app; the apps are ${ALL_APPS[*]}" >&2; exit 1; }
done
install_tools
[ -n "${BASE:-}" ] || make_base
find_secrets
for app in "${apps[@]}"; do build "$app"; done
for app in "${apps[@]}"; do inspect_image "$app" && try_writing "$app"; done
run_all
[ "$faults" = 0 ] || { echo "$faults failed" >&2; exit 1; }
