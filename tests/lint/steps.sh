# shellcheck shell=bash
# The C++ linters, for tests/run (changed files) and tests/long (all). Sourced after tests/lib/kinds.sh.
# They are optional tools: where one is missing, a line says so and nothing is counted.

cpp_files() { find cpp tests -name '*.cc' -o -name '*.h' | sort; }

# lint_cpp_format KIND. Versions of clang-format disagree on details, so only the one the files were written with may judge them.
lint_cpp_format() {
  local kind=$1 tool
  have clang-format-14 || have clang-format || (install_packages "the layout of cpp/" clang-format-14) || true
  for tool in clang-format-14 clang-format; do
    if have "$tool" && "$tool" --version | grep -q 'version 14\.'; then
      # shellcheck disable=SC2046
      check "$kind" "clang-format" "$tool" --dry-run -Werror $(cpp_files)
      return
    fi
  done
  say "     clang-format 14 is not here: the layout of cpp/ is not checked"
}

# Translation units that differ from origin/main (or, on main itself, from the commit before): changed ones, and those
# beside a changed header. Nothing when there is no history to compare with.
changed_cpp_files() {
  local base file
  base=$(git merge-base HEAD origin/main 2>/dev/null)
  if [ -z "$base" ] || [ "$base" = "$(git rev-parse HEAD)" ]; then base=$(git rev-parse -q --verify HEAD~1); fi
  [ -n "$base" ] || return 0
  {
    git diff --name-only "$base" -- cpp tests/cpp
    git ls-files --others --exclude-standard -- cpp tests/cpp
  } | sed 's/\.h$/.cc/' | grep '\.cc$' | sort -u | while read -r file; do
    # Emscripten's own headers are known to its compiler alone.
    case $file in cpp/wasm/*) continue ;; esac
    [ -f "$file" ] && printf '%s\n' "$file"
  done
}

# lint_tidy KIND FILES [MOST]: clang-tidy takes 10 to 20 s a file, so tests/run looks at a dozen and says what it left out.
lint_tidy() {
  local kind=$1 files=$2 most=${3:-12} total
  have clang-tidy || { say "     clang-tidy is not here: not run"; return; }
  [ -n "$files" ] || { say "     clang-tidy: no changed file"; return; }
  # Each file by itself, as it must be able to stand; the builds put several together.
  must "$kind" "configure tidy" cmake --preset native -B build/tidy -DCMAKE_UNITY_BUILD=OFF || return
  total=$(printf '%s\n' "$files" | wc -l)
  if [ "$total" -gt "$most" ]; then say "     clang-tidy: $most of $total changed files; tests/long looks at all"; fi
  check "$kind" "clang-tidy" xargs -P "$(nproc)" -n 1 clang-tidy --quiet --warnings-as-errors='*' -p build/tidy \
    < <(printf '%s\n' "$files" | head -n "$most")
}
