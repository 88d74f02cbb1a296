#!/usr/bin/env bash
# with_partnerd.sh PARTNERD COMMAND…: runs the command while a demo partnerd serves on free ports.
# The command finds PARTNERD_URL, PARTNERD_ADMIN_URL, PARTNERD_DEMO_FILE, PARTNERD_DATA and PARTNERD_BIN.
# Fails when the command does, and when partnerd does not end well.
set -euo pipefail

partnerd=$1
shift
data=$(mktemp -d "${TMPDIR:-/tmp}/partnerd-test.XXXXXX")
"$partnerd" serve --demo --listen 127.0.0.1:0 --admin 127.0.0.1:0 --threads 2 \
  --data "$data" --ready-file "$data/ready.json" 2>"$data/log" &
server=$!
finish() {
  kill -TERM "$server" 2>/dev/null || true
  rm -rf "$data"
}
trap finish EXIT

exec {never}<> <(:)
until [ -s "$data/ready.json" ]; do
  kill -0 "$server" 2>/dev/null || { cat "$data/log" >&2; exit 1; }
  read -r -t 0.02 -u "$never" || true
done
member() { sed -E "s/.*\"$1\":\"([^\"]*)\".*/\1/" "$data/ready.json"; }
export PARTNERD_URL PARTNERD_ADMIN_URL PARTNERD_DEMO_FILE="$data/demo.json" PARTNERD_DATA="$data"
export PARTNERD_BIN=${partnerd%/*}
PARTNERD_URL=$(member url)
PARTNERD_ADMIN_URL=$(member adminUrl)

status=0
"$@" || status=$?
kill -TERM "$server"
wait "$server" || { echo "partnerd ended with status $?" >&2; cat "$data/log" >&2; exit 1; }
[ "$status" -eq 0 ] || cat "$data/log" >&2
exit "$status"
