#!/usr/bin/env bash
# From a fresh clone to the site in dist/: toolchain, engine as WebAssembly, pages. A second run rebuilds only
# what changed. See --help.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
. web/build/toolchain.sh

usage() {
  cat <<'HELP'
usage: ./build-wasm.sh [--serve] [--port N] [--release | --debug]

  --serve      serve the site on http://localhost:8080 after building
  --port N     serve on another port (8080)
  --release    optimised and minified (the default)
  --debug      assertions on, source maps, readable output
  --help       this text
HELP
}

serve=false
port=8080
mode=release
while [ $# -gt 0 ]; do
  case $1 in
    --serve) serve=true ;;
    --port)
      [ $# -ge 2 ] || die "--port needs a number"
      port=$2
      shift
      ;;
    --port=*) port=${1#*=} ;;
    --release) mode=release ;;
    --debug) mode=debug ;;
    -h | --help)
      usage
      exit 0
      ;;
    *)
      usage >&2
      die "unknown argument: $1"
      ;;
  esac
  shift
done
if ! [[ $port =~ ^[0-9]{1,5}$ ]] || ((10#$port < 1 || 10#$port > 65535)); then
  die "--port needs a number from 1 to 65535, not '$port'"
fi

if [ $mode = release ]; then preset=wasm; else preset=wasm-debug; fi

need_node
need_wasm

say "engine: $preset"
# CMake configures a folder again by itself when it must.
[ -f "build/$preset/build.ninja" ] || [ -f "build/$preset/Makefile" ] || cmake --preset "$preset"
cmake --build --preset "$preset"

npm_packages
node web/build/site.mjs "--$mode" "--engine=build/$preset"

if $serve; then exec node web/build/serve.mjs --port "$port"; fi
say "done: dist/ (./build-wasm.sh --serve shows it in a browser)"
