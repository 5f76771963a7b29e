#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Real faults in mid-run: a worker killed from outside, the parent killed, a disk without room. What is lost is what was
# touched; what stays says what it is.
set -uo pipefail
bridle=$1
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
fail() { echo "faults: $*" >&2; exit 1; }

"$bridle" demo "$dir/demo" >/dev/null 2>&1
backup=$(find "$dir/demo" -name Manifest.db -printf '%h\n' | head -1)
[[ -n $backup ]] || fail "the demo left no backup"

# Starts a check and waits until it writes its case; leaves its process id in $pid.
start() {
  "$bridle" check "$backup" --case "$1" -q --workers 2 >"$dir/out" 2>"$dir/err" &
  pid=$!
  while [[ ! -e $1.partial && ! -e $1 ]] && kill -0 "$pid" 2>/dev/null; do :; done
}

# Process ids of the workers of $pid, without starting a process: the run is over in a fraction of a second.
workers_of() {
  workers=
  read -r workers <"/proc/$pid/task/$pid/children" || true
} 2>/dev/null

# A worker is killed while it reads: the run goes on, the coverage says what is missing, the case is sound.
hit=no
for try in $(seq 40); do
  case_file=$dir/worker$try.bridle
  start "$case_file"
  while kill -0 "$pid" 2>/dev/null; do
    workers_of
    [[ -n $workers ]] && kill -9 "${workers%% *}" 2>/dev/null && break
  done
  wait "$pid"
  code=$?
  [[ -e $case_file ]] || fail "no case after a worker was killed (exit $code): $(cat "$dir/err")"
  [[ $(sqlite3 "$case_file" 'PRAGMA integrity_check') == ok ]] || fail "the case is damaged"
  if [[ $code -eq 3 ]]; then
    [[ $(sqlite3 "$case_file" "SELECT count(*) FROM problem WHERE what LIKE '%worker%'") -gt 0 ]] || fail "the lost worker is not named"
    [[ $(sqlite3 "$case_file" "SELECT count(*) FROM coverage WHERE outcome = 'read'") -gt 5 ]] || fail "more than the touched job was lost"
    hit=yes
    break
  fi
  [[ $code -eq 0 ]] || fail "exit $code after a worker was killed"
done
[[ $hit == yes ]] || fail "no worker could be caught at work"

# The parent is killed: no file under the final name, the partial one is readable and says that it is not whole.
for try in $(seq 40); do
  case_file=$dir/parent$try.bridle
  start "$case_file"
  while workers_of && [[ -z $workers ]] && kill -0 "$pid" 2>/dev/null; do :; done
  kill -9 "$pid" 2>/dev/null
  wait "$pid" 2>/dev/null
  [[ -e $case_file ]] && continue  # it was quicker
  [[ -e $case_file.partial ]] || fail "nothing is left of a killed run"
  complete=$(sqlite3 "$case_file.partial" "SELECT value FROM meta WHERE key = 'complete'")
  [[ $complete == no ]] || fail "a partial case does not say so: '$complete'"
  "$bridle" show summary "$case_file.partial" >"$dir/out" 2>&1
  grep -qi 'interrupted\|incomplete\|not whole\|not finished' "$dir/out" || fail "show does not say that the case is partial: $(head -3 "$dir/out")"
  sleep 0.3
  for worker in $workers; do
    kill -0 "$worker" 2>/dev/null && [[ $(cut -d' ' -f3 "/proc/$worker/stat" 2>/dev/null) != Z ]] && fail "worker $worker outlives its parent"
  done
  break
done

# No room for the case: exit 5, and nothing that looks like a case.
(
  ulimit -f 200
  trap '' XFSZ
  "$bridle" check "$backup" --case "$dir/full.bridle" -q >"$dir/out" 2>"$dir/err"
)
code=$?
[[ $code -eq 5 ]] || fail "exit $code on a full disk: $(cat "$dir/err")"
[[ -e $dir/full.bridle || -e $dir/full.bridle.partial ]] && fail "a half-written case is left on a full disk"

# The evidence is as it was.
"$bridle" check "$backup" --case "$dir/last.bridle" -q >/dev/null 2>&1
[[ $(sqlite3 "$dir/last.bridle" "SELECT count(*) FROM file WHERE changed") -eq 0 ]] || fail "the evidence changed"
echo "faults: as they should be"
