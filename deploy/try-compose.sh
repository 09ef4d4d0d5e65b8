#!/usr/bin/env bash
# Runs the compose files for real on a machine without Docker: podman-compose, the images of build-images.sh, and, for other images
# that are not there, stand-ins made of Debian packages. Looks whether all become healthy, asks for answers, writes a backup, and
# prints what it saw. Ends and removes all it started but images.
#
# podman before 4.6 waits for no health check and has no containers depend on one that ended well, so the order of `depends_on` is
# taken out of the file here, and kept by this script.
#
#   deploy/build-images.sh && deploy/try-compose.sh      as root on Debian
#   deploy/try-compose.sh standalone                     compose.standalone.yml alone; `main`: compose.yml alone
#   deploy/try-compose.sh dev                            compose.dev.yml, with a copy of the sources: changes one and waits for the new program
set -euo pipefail
cd "$(dirname "$0")"

readonly VERSION=0.1.0 COMPOSER=podman-compose==1.6.0 LONGEST_S=${LONGEST_S:-300}
readonly APPS=(gateway encoder decoder nlp analogy search)
readonly OTHERS=(nats redis postgres prometheus alertmanager redis-exporter postgres-exporter node-exporter)
readonly ABSENT=(grafana jaeger) # no package of Debian, so they run where their images are there
export PROJECT=sigmalang-try-$$ # nothing of an installation is touched
work=$(mktemp -d)
files=()
faults=0

step() { echo "== $*" >&2; }
fail() { echo "FAILED: $*" >&2; faults=$((faults + 1)); }
compose() { "$work/venv/bin/podman-compose" --project-name "$PROJECT" --env-file "$work/env" "${files[@]}" "$@" 2>>"$work/log"; }
up() { compose up --detach "$@" >>"$work/log" || { grep -v systemd "$work/log" | tail -40 >&2; fail "compose up ended with an error"; return 1; }; }
secret() { head -c "$1" < <(tr -dc 'A-Za-z0-9' </dev/urandom); }
free_port() { local port; while port=$((20000 + RANDOM % 10000)); (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do :; done; echo "$port"; }

# Takes away all that is of the project. podman-compose leaves what it finds in use, such as the volumes of a container that starts again.
take_away() {
  local own=(--quiet --filter "label=io.podman.compose.project=$PROJECT")
  podman ps --all "${own[@]}" | xargs --no-run-if-empty podman rm --force --volumes --time 5
  podman pod ls --quiet --filter "name=pod_$PROJECT" | xargs --no-run-if-empty podman pod rm --force
  podman volume ls --quiet | grep "^${PROJECT}_" | xargs --no-run-if-empty podman volume rm --force
  podman network ls "${own[@]}" | xargs --no-run-if-empty podman network rm --force
} &>>"$work/log"

clean_up() {
  [ ! -f "$work/containers.conf" ] || take_away || true
  rm -rf "$work"
}

prepare() {
  local packages=()
  local command
  for command in podman buildah runc netavark:/usr/lib/podman/netavark aardvark-dns:/usr/lib/podman/aardvark-dns iptables curl jq; do
    command -v "${command#*:}" >/dev/null || packages+=("${command%:*}")
  done
  if [ ${#packages[@]} -gt 0 ]; then apt-get update -qq; apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null; fi
  python3 -m venv "$work/venv"
  "$work/venv/bin/pip" install --quiet "$COMPOSER"
  # No more than an unprivileged machine grants, and no systemd.
  export CONTAINERS_CONF=$work/containers.conf
  printf '[containers]\ndefault_ulimits = ["nofile=1024:1024", "nproc=1000:1000"]\n[engine]\nruntime = "runc"\ncgroup_manager = "cgroupfs"\nevents_logger = "file"\n' >"$CONTAINERS_CONF"
  admin_key=sk_$(secret 43)
  gateway_port=$(free_port)
  {
    printf '%s\n' "ADMIN_KEY=$admin_key" "AUTH_SECRET=$(secret 48)" "GATEWAY_PORT=$gateway_port" 'REGISTRY=localhost/' 'MIRROR=localhost/'
    for name in POSTGRES_PASSWORD REDIS_PASSWORD NATS_TOKEN GRAFANA_PASSWORD; do echo "$name=$(secret 32)"; done
    for name in GRAFANA_PORT PROMETHEUS_PORT ALERTMANAGER_PORT JAEGER_PORT; do echo "$name=$(free_port)"; done
  } >"$work/env"
}

# Compose files as one without `depends_on`, for use from anywhere; the folder is the one that their paths begin in. podman-compose
# would join lists that compose puts in the place of one another.
merged() {
  "$work/venv/bin/python" - "$@" <<'PY'
import os, sys, yaml
folder, *names = sys.argv[1:]
REPLACED = ('test', 'command', 'entrypoint')

def over(first, second):
    merged = dict(first)
    for key, value in second.items():
        known = merged.get(key)
        if isinstance(known, dict) and isinstance(value, dict):
            merged[key] = over(known, value)
        elif isinstance(known, list) and isinstance(value, list) and key not in REPLACED:
            merged[key] = known + [each for each in value if each not in known]
        else:
            merged[key] = value
    return merged

file = {}
for name in names:
    file = over(file, yaml.safe_load(open(name)))
for service in file['services'].values():
    service.pop('depends_on', None)
    service.pop('build', None)
    service['volumes'] = [os.path.normpath(os.path.join(folder, volume)) if volume.startswith('.') else volume for volume in service.get('volumes', [])]
yaml.safe_dump(file, sys.stdout, allow_unicode=True)
PY
}

image_of() { sed -n "/^  $1:/,/^  [a-z-]*:\$/s/^    image: \${[A-Z]*:-}\(.*\)/\1/p" compose.yml | head -1 | sed "s/\${VERSION:-\(.*\)}/\1/"; }

# Builds the servers, under the names that compose.yml has for them.
make_stand_ins() {
  local name
  for name in "${OTHERS[@]}"; do
    step "a stand-in for $(image_of "$name")"
    buildah build --layers --isolation "${BUILDAH_ISOLATION:-chroot}" --network host --ulimit nofile=1024:1024 --build-arg "BASE=${BASE:-localhost/debian-base}" \
      --target "$name" --file stand-ins/Dockerfile --tag "localhost/$(image_of "$name")" . >"$work/stand-in.log" 2>&1 || { tail -20 "$work/stand-in.log" >&2; exit 1; }
  done
}

# Waits for the end of a service that is to end, and looks whether it ended well.
ends_well() {
  local name=${PROJECT}_$1_1 deadline=$((SECONDS + LONGEST_S))
  until [ "$(podman inspect --format '{{.State.Status}} {{.State.ExitCode}}' "$name" 2>>"$work/log")" = 'exited 0' ]; do
    [ "$SECONDS" -le "$deadline" ] || { podman logs --tail 10 "$name" >&2; fail "$1 does not end well"; return 1; }
    sleep 0.5
  done
}

# Runs the health checks, which podman leaves to systemd, until all are well.
await_health() {
  local id name state deadline=$((SECONDS + LONGEST_S)) waiting
  while :; do
    waiting=()
    for id in $(podman ps --all --quiet --filter "label=io.podman.compose.project=$PROJECT"); do
      name=$(podman inspect --format '{{.Name}}' "$id" 2>>"$work/log")
      state=$(podman inspect --format '{{.State.Status}} {{.State.ExitCode}}' "$id" 2>>"$work/log")
      case $state in
        'exited 0') ;;
        'running '*) podman healthcheck run "$id" >/dev/null 2>&1 || waiting+=("$name") ;;
        *) waiting+=("$name") ;;
      esac
    done
    [ ${#waiting[@]} -gt 0 ] || return 0
    if [ "$SECONDS" -gt "$deadline" ]; then
      fail "not healthy: ${waiting[*]}"
      for name in "${waiting[@]}"; do podman logs --tail 10 "$name" >&2 || true; done
      return 1
    fi
    sleep 1
  done
}

# Sends a request to the gateway and looks for a text in the answer.
ask() {
  curl --silent --max-time 30 --header "x-api-key: $admin_key" --header 'content-type: application/json' --data "$2" "http://127.0.0.1:$gateway_port/v1/$1" >"$work/answer" || true
  if grep -qF -- "$3" "$work/answer"; then step "/v1/$1 answers"; else fail "/v1/$1 answered $(head -c 300 "$work/answer")"; fi
}

ask_all() {
  local text='ΣLANG: Grüße, 世界 🌍' vector
  ask encode "{\"text\":\"$text\"}" '"results":[{"vectors":[{"data":"'
  vector=$(grep -oP '"vectors":\[\{"data":"\K[^"]+' "$work/answer" || true)
  ask decode "{\"vectors\":[{\"data\":\"$vector\"}]}" "$text"
  ask embeddings '{"input":"a small cat"}' '"prompt_tokens":'
  ask analogies/solve '{"query":"france:paris::japan:?"}' '"answer":"tokyo"'
  ask search '{"query":"dogs","mode":"keyword","corpus":["A cat sleeps.","A dog barks."]}' '"id":"1"'
}

show() { podman ps --all --filter "label=io.podman.compose.project=$PROJECT" --format '{{.Names}}  {{.Status}}  {{.Ports}}'; }

try_standalone() {
  files=(-f compose.standalone.yml)
  podman tag localhost/sigmalang-standalone "localhost/sigmalang-standalone:$VERSION"
  if up && await_health; then ask_all; fi
  show
  take_away
}

# Which targets Prometheus does not reach, though their services run.
try_scrapes() {
  local port down tries=40
  port=$(sed -n 's/^PROMETHEUS_PORT=//p' "$work/env")
  while :; do
    down=$(curl --silent "http://127.0.0.1:$port/api/v1/targets" | jq -r '[.data.activeTargets[] | select(.health != "up") | .labels.job] | join(" ")')
    [ -n "$down" ] || break
    ((tries-- > 0)) || { fail "Prometheus does not reach: $down"; return; }
    sleep 1
  done
  step "Prometheus reaches $(curl --silent "http://127.0.0.1:$port/api/v1/targets" | jq '.data.activeTargets | length') targets and has $(curl --silent "http://127.0.0.1:$port/api/v1/rules" | jq '[.data.groups[].rules[]] | length') rules"
}

try_main() {
  local app services=("${APPS[@]}") name
  merged "$PWD" compose.yml >"$work/compose.yml"
  files=(-f "$work/compose.yml")
  make_stand_ins
  for app in "${APPS[@]}"; do podman tag "localhost/sigmalang-$app" "localhost/sigmalang-$app:$VERSION"; done
  for name in "${ABSENT[@]}"; do
    if podman image exists "localhost/$(image_of "$name")"; then services+=("$name"); else step "no image of $name, which is left out"; fi
  done
  if up volumes && ends_well volumes && up "${OTHERS[@]}" && await_health && up migrate && ends_well migrate \
    && up "${services[@]}" && await_health; then
    ask_all
    try_scrapes
    if compose --profile backup run --rm backup >"$work/answer"; then step "backup: $(cat "$work/answer")"; else fail "backup: $(cat "$work/answer")"; fi
  fi
  show
  take_away
}

# What the decoder has logged of its starts.
starts() { podman logs "${PROJECT}_decoder_1" 2>&1 | grep -c '"msg":"ready"' || true; }

try_dev() {
  local copy=$work/src before
  mkdir -p "$copy"
  (cd .. && git ls-files -z | tar -c --null --files-from=- | tar -x -C "$copy")
  make_stand_ins
  step 'the image of the builder'
  find_secrets
  buildah build --layers --isolation "${BUILDAH_ISOLATION:-chroot}" --network host --ulimit nofile=1024:1024 "${secrets[@]}" \
    --build-arg "BASE=${BASE:-localhost/debian-base}" --target packages --file Dockerfile --tag "localhost/sigmalang-dev:$VERSION" .. >"$work/stand-in.log" 2>&1 || { tail -20 "$work/stand-in.log" >&2; exit 1; }
  merged "$copy/deploy" compose.yml compose.dev.yml >"$work/compose.yml"
  files=(-f "$work/compose.yml")
  if up volumes && ends_well volumes && up nats redis postgres builder && await_health && up migrate && ends_well migrate \
    && up "${APPS[@]}" && await_health; then
    ask_all
    before=$(starts)
    step 'changing a source'
    echo '// a change' >>"$copy/apps/decoder/src/decoder.service.ts"
    timeout "$LONGEST_S" bash -c "$(declare -f starts)"'; until [ "$(starts)" -gt '"$before"' ]; do sleep 1; done' || fail 'the decoder was not started anew'
    await_health && ask_all
    podman logs "${PROJECT}_decoder_1" 2>&1 | grep '^dev:' >&2
  fi
  show
  take_away
}

# shellcheck source=deploy/build-secrets.sh
. ./build-secrets.sh
trap clean_up EXIT
[ "$(id -u)" = 0 ] || { echo 'run as root' >&2; exit 1; }
prepare
case ${1:-all} in
  standalone) try_standalone ;;
  main) try_main ;;
  dev) try_dev ;;
  all) try_standalone && try_main ;;
  *) echo "usage: $0 [standalone|main|dev]" >&2; exit 1 ;;
esac
[ "$faults" = 0 ] || { grep -v '^$' "$work/log" | tail -20 >&2; echo "$faults failed" >&2; exit 1; }
