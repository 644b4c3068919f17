# shellcheck shell=bash
# Finds the tools, or installs the missing ones. Sourced by build-wasm.sh and tests/run, never run.
#
#   need_native     a C++20 compiler, CMake with make or Ninja, and the two header libraries
#   need_clang      clang++ with its sanitizers and fuzzer
#   need_leveldb    the real LevelDB, as a library of C++
#   need_wasm       emcc besides (from PATH or $EMSDK)
#   need_node       Node 18.20 or later with npm
#   need_chromium   sets and exports CHROME
#   npm_packages    node_modules as package-lock.json says; nothing when it is so already
#
# On Debian and Ubuntu what is missing comes from apt, through sudo when not root, and nothing that is already
# there is touched. Elsewhere one line says what to install.

say() { printf '%s\n' "$*"; }
die() { printf '%s: %s\n' "${0##*/}" "$*" >&2; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }

# True when some place on the compiler's usual path holds this header.
have_header() {
  local dir
  for dir in /usr/include /usr/local/include /opt/homebrew/include; do
    [ -e "$dir/$1" ] && return 0
  done
  return 1
}

# install_packages WHAT_FOR PACKAGE...: with apt, or a sentence that says what to do.
install_packages() {
  local purpose=$1 run=()
  shift
  have apt-get || die "please install what is missing for $purpose (Debian names: $*), then run this again"
  if [ "$(id -u)" -ne 0 ]; then
    have sudo || die "please install as root: apt-get install $*"
    run=(sudo)
  fi
  say "installing for $purpose: $*"
  "${run[@]}" apt-get update -qq || die "apt-get update failed, so these are missing still: $*"
  "${run[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" \
    >/dev/null || die "apt could not install: $*"
}

# CMake's own default is make, which a fresh machine may lack when ninja is there. A folder that is configured
# already keeps its generator.
use_ninja() { if have ninja; then export CMAKE_GENERATOR="${CMAKE_GENERATOR:-Ninja}"; fi; }

need_native() {
  local missing=()
  have "${CXX:-g++}" || have c++ || missing+=(g++)
  have cmake || missing+=(cmake)
  have ninja || have make || missing+=(ninja-build)
  have_header nlohmann/json.hpp || missing+=(nlohmann-json3-dev)
  have_header doctest/doctest.h || missing+=(doctest-dev)
  [ ${#missing[@]} -eq 0 ] || install_packages "the engine" "${missing[@]}"
  use_ninja
}

# clang++ and, in a package of its own, the run-time library of its sanitizers and its fuzzer.
need_clang() {
  have clang++ || install_packages "the sanitizers" clang
  local version
  version=$(clang++ -dumpversion | cut -d. -f1)
  echo 'int main() { return 0; }' | clang++ -fsanitize=address -x c++ -o /dev/null - 2>/dev/null && return 0
  install_packages "the sanitizers" "libclang-rt-$version-dev"
}

need_leveldb() { have_header leveldb/db.h || install_packages "the peers of the storage engine" libleveldb-dev; }

# An SDK that is there but not on the path is used; EMSDK=path names one.
find_emcc() {
  have emcc && return 0
  local dir="${EMSDK:-}/upstream/emscripten"
  [ -n "${EMSDK:-}" ] && [ -x "$dir/emcc" ] && export PATH="$dir:$PATH"
}

need_wasm() {
  local missing=()
  find_emcc || missing+=(emscripten)
  have cmake || missing+=(cmake)
  have ninja || missing+=(ninja-build)
  have_header nlohmann/json.hpp || missing+=(nlohmann-json3-dev)
  have_header doctest/doctest.h || missing+=(doctest-dev)
  [ ${#missing[@]} -eq 0 ] || install_packages "the WebAssembly build" "${missing[@]}"
  use_ninja
  have emcc || die "emcc is missing: install Emscripten 3.1.6 or later, or set EMSDK"
  # Debian's emcc asks node for acorn, which only Debian's own node finds by itself.
  if [ -d /usr/share/nodejs/acorn ]; then
    export NODE_PATH="/usr/share/nodejs${NODE_PATH:+:$NODE_PATH}"
  fi
}

# True when node is 18.20 or later.
node_is_recent() {
  node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 18 || (a == 18 && b >= 20) ? 0 : 1)'
}

need_node() {
  local missing=()
  have node || missing+=(nodejs)
  have npm || missing+=(npm)
  [ ${#missing[@]} -eq 0 ] || install_packages "the site" "${missing[@]}"
  node_is_recent || die "Node $(node --version) is too old: 18.20 or later is needed"
}

# Any Chromium will do; the headless shell is the same engine without windows, tabs and address bar, and the tests take
# half the time in it. Ubuntu's package only starts a snap, which tests cannot use.
need_chromium() {
  local name
  if [ -n "${CHROME:-}" ]; then
    [ -x "$CHROME" ] || die "CHROME=$CHROME is not a program"
    export CHROME
    return 0
  fi
  for name in chromium-headless-shell chromium google-chrome google-chrome-stable chrome; do
    have "$name" || continue
    CHROME=$(command -v "$name")
    case "$(readlink -f "$CHROME")" in */snap) continue ;; esac
    export CHROME
    return 0
  done
  if [ -r /etc/os-release ] && grep -q '^ID=ubuntu' /etc/os-release; then
    die "no Chromium for the browser tests: install one that is not a snap and set CHROME=/path/to/it"
  fi
  install_packages "the browser tests" chromium-headless-shell
  CHROME=$(command -v chromium-headless-shell) || die "no Chromium for the browser tests: set CHROME=/path/to/it"
  export CHROME
}

# The stamp holds the lock file's digest and Node's version (some packages are compiled for the platform).
npm_packages() {
  local stamp=node_modules/.systemsim-stamp want
  want="$(cksum <package-lock.json) $(node --version)"
  [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$want" ] && return 0
  say "npm: installing the packages of package-lock.json"
  npm ci --no-audit --no-fund --loglevel=error || die "npm ci failed"
  printf '%s' "$want" >"$stamp"
}
