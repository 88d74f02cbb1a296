#!/usr/bin/env bash
# The asynchronous sample against the demo partnerd that with_partnerd.sh started: a line for each of the
# first partner's customers, and how it ends.
set -euo pipefail
sample=$PARTNERD_BIN/get_billing_profiles_async
customer=6f1c9a52-3d0e-4b7c-9c11-5a2e8d40b7f3

table=$("$sample" --demo-file "$PARTNERD_DEMO_FILE")
[ "$(head -n 2 <<<"$table")" = $'Get billing profiles\n--------------------' ]
grep -qx "$customer: Tidewater Cooperative" <<<"$table"

# The demo file is one line; a partner's customers are its only list of bare texts.
wanted=$(grep -o '"customers":\[[^]]*\]' "$PARTNERD_DEMO_FILE" | head -n 1 | grep -oE '[0-9a-f-]{36}')
[ "$(wc -l <<<"$wanted")" -gt 1 ]
diff <(tail -n +3 <<<"$table" | cut -d : -f 1) <(echo "$wanted")

one=$("$sample" --demo-file "$PARTNERD_DEMO_FILE" --customer "$customer")
[ "$(wc -l <<<"$one")" -eq 3 ]

status=0
"$sample" --demo-file "$PARTNERD_DEMO_FILE" --url http://127.0.0.1:1 >/dev/null 2>&1 || status=$?
[ "$status" -eq 1 ] || { echo "nothing listens: status $status, not 1"; exit 1; }
