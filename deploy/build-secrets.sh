# What builds of images are lent, for build-images.sh and try-compose.sh, which have a folder `work`.
# shellcheck shell=bash disable=SC2154,SC2034

secrets=()

# What the build needs to reach the package registry as npm does on this machine.
find_secrets() {
  local npmrc=$work/npmrc certificates=/etc/ssl/certs/ca-certificates.crt
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
