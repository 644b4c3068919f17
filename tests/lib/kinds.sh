# shellcheck shell=bash
# Counting, shared by tests/run, tests/long and tests/bench/run. Sourced, never run.
#
# Each kind of test adds its results with `count`; `finish` prints them, after the names of what failed, and the last
# line is "N passed, N failed".
# A kind that ran nothing is a failure of its own: silence must not look like success.

kinds=()
declare -A passed failed
failing=()
logs=build/test-logs
mkdir -p "$logs"

# begin KIND: from here on this kind has to show results.
begin() {
  kinds+=("$1")
  passed[$1]=${passed[$1]:-0}
  failed[$1]=${failed[$1]:-0}
  printf '\n== %s\n' "$1"
}

# count KIND PASSED FAILED
count() {
  passed[$1]=$((passed[$1] + $2))
  failed[$1]=$((failed[$1] + $3))
}

# check KIND NAME COMMAND...: one result; the output is shown when it fails.
check() {
  local kind=$1 name=$2 log
  log="$logs/$kind-${name//[^a-zA-Z0-9]/-}.log"
  shift 2
  if "$@" >"$log" 2>&1; then
    count "$kind" 1 0
    printf 'ok   %s\n' "$name"
  else
    count "$kind" 0 1
    failing+=("$kind: $name")
    printf 'FAIL %s\n' "$name"
    tail -n 200 "$log"
  fi
}

# must KIND NAME COMMAND...: a step that the tests of this kind stand on. Counts only when it fails.
must() {
  local kind=$1 name=$2 log start=$SECONDS
  log="$logs/$kind-${name//[^a-zA-Z0-9]/-}.log"
  shift 2
  if "$@" >"$log" 2>&1; then
    printf '     %s (%d s)\n' "$name" $((SECONDS - start))
    return 0
  fi
  count "$kind" 0 1
  failing+=("$kind: $name")
  printf 'FAIL %s\n' "$name"
  tail -n 200 "$log"
  return 1
}

# node_tests KIND JOBS FILE...: with node's own runner, so many files at a time; tests/lib/reporter.mjs prints and counts.
node_tests() {
  local kind=$1 jobs=$2 counts="$logs/$1.counts" p=0 f=0 status=0 names=()
  shift 2
  rm -f "$counts"
  SYSTEMSIM_COUNTS="$counts" node --test --test-concurrency="$jobs" --test-reporter=./tests/lib/reporter.mjs \
    --test-reporter-destination=stdout "$@" || status=$?
  [ -f "$counts" ] && read -r p f <"$counts" && mapfile -t -s 1 names <"$counts"
  failing+=("${names[@]/#/$kind: }")
  # A runner that failed without a failing test has failed as a whole.
  if [ "$status" -ne 0 ] && [ "$f" -eq 0 ]; then
    f=1
    failing+=("$kind: the runner, without a failing test")
  fi
  count "$kind" "$p" "$f"
}

# ctest_tests KIND CTEST-ARGUMENT...: each doctest case counts, and each CTest test that is not doctest's. Of what failed
# the whole output is shown.
ctest_tests() {
  local kind=$1 log="$logs/$1-ctest.log" p=0 f=0 start=$SECONDS bad
  shift
  ctest "$@" --parallel "$(nproc)" --verbose >"$log" 2>&1
  read -r p f < <(awk -f tests/lib/ctest.awk "$log")
  printf '     %s test cases (%d s)\n' "$((p + f))" $((SECONDS - start))
  if [ "$f" -ne 0 ] || [ "$p" -eq 0 ]; then
    bad=$(sed -nE 's/.*Test +#([0-9]+): .*\*\*\*.*/\1/p' "$log" | paste -sd'|')
    grep -E "^($bad): " "$log" | tail -n 200
    tail -n 20 "$log"
    mapfile -t -O ${#failing[@]} failing < <(sed -nE "s/.*Test +#[0-9]+: ([^ ]+) .*\*\*\*.*/$kind: \1/p" "$log")
  fi
  count "$kind" "$p" "$f"
}

# peers_tests KIND: the LSM tree beside the real LevelDB.
peers_tests() {
  local kind=$1
  need_native
  need_leveldb
  need_node
  npm_packages
  must "$kind" "configure native" cmake --preset native &&
    must "$kind" "build peers" cmake --build --preset native --target systemsim systemsim_peers store_peer torn_log_peer || return
  ctest_tests "$kind" --preset native -C peers -L peers
  sed -n 's/.* MESSAGE: /     /p' "$logs/$kind-ctest.log"
  node_tests "$kind" 1 tests/peers/*.test.js
}

# finish: the counts of each kind, then the line that everything ends with.
finish() {
  local kind all_passed=0 all_failed=0
  printf '\n'
  [ ${#failing[@]} -eq 0 ] || printf 'FAIL %s\n' "${failing[@]}"
  for kind in "${kinds[@]}"; do
    if [ $((passed[$kind] + failed[$kind])) -eq 0 ]; then
      printf '%s ran nothing\n' "$kind"
      failed[$kind]=1
    fi
    printf '%-8s %5d passed, %d failed\n' "$kind" "${passed[$kind]}" "${failed[$kind]}"
    all_passed=$((all_passed + passed[$kind]))
    all_failed=$((all_failed + failed[$kind]))
  done
  printf '%d passed, %d failed\n' "$all_passed" "$all_failed"
  [ "$all_failed" -eq 0 ] && [ "$all_passed" -gt 0 ]
}
