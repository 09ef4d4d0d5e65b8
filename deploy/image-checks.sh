# Checks of one image, for build-images.sh, which has what they use: pod, fail, version, LIMITS, work, postgres_url.
# shellcheck shell=bash disable=SC2154

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

# What the labels say, and that the bill of materials names what stands in the image.
inspect_papers() {
  local app=$1 image=localhost/sigmalang-$1 root bill found
  found=$(podman image inspect --format '{{json .Config.Labels}}' "$image" | jq -r --arg app "$app" --arg version "$(version)" '
    with_entries(.key |= ltrimstr("org.opencontainers.image.")) as $labels
    | ({title: "sigmalang-\($app)", version: $version, licenses: "MIT"} | to_entries[] | select($labels[.key] != .value) | .key),
      ("description", "revision", "created", "base.name" | select(($labels[.] // "") == ""))' | paste -sd' ')
  [ -z "$found" ] || fail "$app: the labels lack or misstate $found"
  root=$(podman image mount "$image")
  bill=$root/app/sbom.cdx.json
  [ "$(jq -r '.bomFormat + " " + .metadata.component.name' "$bill")" = "CycloneDX sigmalang-$app" ] || fail "$app: there is no bill of materials"
  found=$({
    find "$root/app/node_modules" -name package.json ! -path '*/dist/*' -exec jq -r 'select(.version) | "\(.name) \(.version)"' {} + 2>/dev/null || true
    for each in "$root"/var/lib/dpkg/status.d/*; do sed -n 's/^Package: //p; s/^Version: //p' "$each" | paste -sd' '; done
    echo "node $("$root/app/bin/node" --print process.versions.node)"
  } | grep -vxFf <(jq -r '.components[] | "\(.name) \(.version)"' "$bill") || true)
  [ -z "$found" ] || fail "$app: not in the bill of materials: $found"
  components[$app]=$(jq '.components | length' "$bill")
  podman image unmount "$image" >/dev/null
}

readonly BARE=(--rm --no-healthcheck --network host --cap-drop all --security-opt no-new-privileges "${LIMITS[@]}")
readonly READ_ONLY=(--read-only --read-only-tmpfs=false)

# Writing succeeds in DATA_DIR on a read-only root, and is not permitted in /app even on a writable one.
try_writing() {
  local app=$1 code=0 run=(run "${BARE[@]}" --entrypoint /app/bin/node)
  local write='try { fs.writeFileSync(process.argv[1], "x") } catch (error) { process.exit(error.code === "EACCES" ? 13 : 1) }'
  pod "${run[@]}" "${READ_ONLY[@]}" "localhost/sigmalang-$app" -e "$write" /data/x || fail "$app: /data cannot be written"
  pod "${run[@]}" "localhost/sigmalang-$app" -e "$write" /app/dist/apps/app/main.js || code=$?
  [ "$code" = 13 ] || fail "$app: writing to /app ended with $code"
}

# Node takes what the build compiled: of its program, on a read-only root.
try_compile_cache() {
  local app=$1
  pod run "${BARE[@]}" "${READ_ONLY[@]}" --env NODE_DEBUG_NATIVE=COMPILE_CACHE "localhost/sigmalang-$app" --help >"$work/cache" 2>&1 || true
  grep -q 'V8 code cache for CommonJS /app/dist/apps/app/main.js was accepted' "$work/cache" || fail "$app: the compile cache is not used: $(grep -m3 'compile cache' "$work/cache")"
}

# Migrates twice, as a job before an upgrade does.
try_storage() {
  local app=$1 i
  for i in 1 2; do
    pod run "${BARE[@]}" "${READ_ONLY[@]}" --env "DATABASE_URL=$postgres_url" --entrypoint /app/bin/node "localhost/sigmalang-$app" \
      /app/dist/apps/app/storage.js migrate >"$work/storage" 2>&1 || fail "$app: storage migrate: $(cat "$work/storage")"
  done
}
