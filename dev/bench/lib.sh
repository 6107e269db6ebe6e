# shellcheck shell=bash
# Sourced by the benchmarks: what they share. A benchmark is a file of this folder that compares, in one run, what RunPilot does with what
# a user would do instead, and calls `compare` or `record` for each figure.
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

# The programs as they are installed; a folder of the benchmark's own; a home that nobody else uses.
export PATH=$root/.build-out/bin:$PATH
results=$root/.build-bench/results
scratch=$(mktemp -d /tmp/runpilot-bench.XXXXXX)
trap 'rm -rf "$scratch"' EXIT
export RUNPILOT_HOME=$scratch/home
unset RUNPILOT_AGENT
mkdir -p "$results"

# record NAME KIND LIMIT OURS THEIRS WHAT-OURS WHAT-THEIRS: writes one figure. OURS and THEIRS are seconds (or any other unit, the same).
#   KIND ratio: OURS / THEIRS is at most LIMIT     KIND at-least: OURS / THEIRS is at least LIMIT
#   KIND memory: the same as ratio, in MiB     KIND more: OURS - THEIRS is at most LIMIT seconds     KIND at-most: OURS is at most LIMIT (THEIRS is -)
record() {
  python3 "$root/dev/bench/figures.py" record "$results" "$@"
}

# compare NAME KIND LIMIT OURS THEIRS [ARGUMENTS OF HYPERFINE…]: measures two commands, started without a shell, and records their medians.
compare() {
  local name=$1 kind=$2 limit=$3 ours=$4 theirs=$5
  shift 5
  hyperfine --shell none --warmup "${WARMUP:-5}" --style basic --export-json "$scratch/$name.json" "$@" "$ours" "$theirs" > "$scratch/$name.log" 2>&1 ||
    { cat "$scratch/$name.log" >&2 && return 1; }
  record "$name" "$kind" "$limit" "$(python3 "$root/dev/bench/figures.py" median "$scratch/$name.json" 0)" \
    "$(python3 "$root/dev/bench/figures.py" median "$scratch/$name.json" 1)" "$ours" "$theirs"
}

# settle BYTES: what the command before left to write is written. Then memory is touched: a virtual machine that gives what is free back to
# its host fetches it again page by page, three seconds for a gigabyte, and whoever comes first would pay for that.
settle() {
  sync
  head -c "$1" /dev/zero > "$scratch/touched"
  rm "$scratch/touched"
}

# run_file NAME TEXT…: writes a run file into the folder, and prints its path.
run_file() {
  local path=$scratch/$1
  shift
  printf '%s\n' "$@" > "$path"
  echo "$path"
}
