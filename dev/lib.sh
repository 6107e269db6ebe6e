# shellcheck shell=bash
# Sourced by the scripts of this folder: words they share.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# The Python that the test services run in; dev/install-test-engines makes it.
python=$root/.build-engines/python
export root python

# Everything that is not a script's answer goes to stderr.
say() { printf '%s\n' "$*" >&2; }
die() {
  say "error: $1"
  shift
  for hint in "$@"; do say "  try: $hint"; done
  exit 1
}

# step TEXT COMMAND…: runs a command and says how long it took. Not to be used with || or in a condition: bash then forgets `set -e`
# in everything below, and a function would go on after its first failure.
step() {
  local name=$1 begin=$SECONDS code
  shift
  say "== $name"
  set +e
  (
    set -e
    "$@"
  )
  code=$?
  set -e
  say "== $name: $((SECONDS - begin)) s$([ $code = 0 ] || echo ", failed with $code")"
  return $code
}

# as_root COMMAND…: as it is for root, through sudo for others.
as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif command -v sudo > /dev/null; then
    sudo "$@"
  else
    die "this needs root, and there is no sudo: $*" "run it as root once, then again as yourself"
  fi
}

# missing LIST: the packages of a list (dev/packages/LIST) that are not installed. A list's words after # are for readers.
missing() {
  local package
  while read -r package; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2> /dev/null)" = installed ] || echo "$package"
  done < <(sed 's/#.*//' "$root/dev/packages/$1" | tr -s ' \t' '\n' | grep .)
}

# need LIST: installs what is missing of a list. Does nothing, and asks for no right, when nothing is.
need() {
  command -v dpkg-query > /dev/null || {
    say "not a Debian system: install what dev/packages/$1 lists by your own means"
    return 0
  }
  local packages
  mapfile -t packages < <(missing "$1")
  [ ${#packages[@]} -gt 0 ] || return 0
  say "installing: ${packages[*]}"
  # Packages that are services would start them: they are wanted as programs only.
  as_root env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 bash -euc '
    apt() { apt-get -qq -o DPkg::Lock::Timeout=600 -o Acquire::Retries=3 "$@" > "$log" 2>&1; }
    log=$(mktemp)
    put() { apt install -y --no-install-recommends "$@"; }
    { [ -z "$(find /var/lib/apt/lists -name "*Packages*" -print -quit)" ] || ! put "$@"; } || exit 0
    { apt update && put "$@"; } || { cat "$log" >&2; exit 1; }
  ' need "${packages[@]}" || die "apt could not install: ${packages[*]}"
}

# alive FILE: whether the process whose id stands in FILE lives. A dead one that nobody has reaped does not:
# where nothing reaps orphans promptly a daemon stays a zombie, and `kill -0` calls it alive.
alive() {
  local pid
  pid=$(cat "$1" 2> /dev/null) && [ -n "$pid" ] && [ -r "/proc/$pid/stat" ] || return 1
  [ "$(sed 's/.*) //; s/ .*//' "/proc/$pid/stat" 2> /dev/null)" != Z ]
}

# finish FILE [SECONDS]: ends the process whose id stands in FILE: SIGTERM, and SIGKILL if it is still there in the end.
finish() {
  local pid tenths=$((${2:-10} * 10))
  alive "$1" || { rm -f "$1" && return 0; }
  pid=$(cat "$1")
  kill -TERM "$pid" 2> /dev/null || true
  while alive "$1" && [ $tenths -gt 0 ]; do
    sleep 0.1
    tenths=$((tenths - 1))
  done
  ! alive "$1" || kill -KILL "$pid" 2> /dev/null || true
  rm -f "$1"
}

# within SECONDS COMMAND…: repeats a command until it succeeds.
within() {
  local tenths=$(($1 * 10))
  shift
  until "$@" > /dev/null 2>&1; do
    tenths=$((tenths - 1))
    [ $tenths -gt 0 ] || return 1
    sleep 0.1
  done
}
