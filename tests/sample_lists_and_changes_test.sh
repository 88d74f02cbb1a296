#!/usr/bin/env bash
# The samples that go through customers and change a profile, against the demo partnerd that
# with_partnerd.sh started: what they print, how they end.
set -euo pipefail
customer=6f1c9a52-3d0e-4b7c-9c11-5a2e8d40b7f3

# Every customer of the first partner, once, in pages of two.
list=$("$PARTNERD_BIN/list_customers" --demo-file "$PARTNERD_DEMO_FILE")
[ "$(head -n 2 <<<"$list")" = $'List customers\n--------------' ]
grep -qx "$customer: Tidewater Cooperative" <<<"$list"
wanted=$(grep -o '"customers":\[[^]]*\]' "$PARTNERD_DEMO_FILE" | head -n 1 | grep -oE '[0-9a-f-]{36}')
[ "$(wc -l <<<"$wanted")" -gt 2 ]
diff <(tail -n +3 <<<"$list" | cut -d : -f 1 | sort) <(sort <<<"$wanted")

change() { "$PARTNERD_BIN/update_customer_billing_profile" --demo-file "$PARTNERD_DEMO_FILE" "$@" | tail -n +3; }
[ "$(change --customer "$customer")" = 'firstName: Robin' ]
[ "$(change --customer "$customer")" = 'firstName: Alex' ]

# Three at once: whoever was too slow reads again, and the third attempt of three succeeds.
pids=()
for _ in 1 2 3; do
  change --customer "$customer" >/dev/null &
  pids+=($!)
done
for pid in "${pids[@]}"; do wait "$pid"; done

for sample in list_customers update_customer_billing_profile sign_in_with_device_code; do
  status=0
  "$PARTNERD_BIN/$sample" --demo-file "$PARTNERD_DEMO_FILE" --url http://127.0.0.1:1 >/dev/null 2>&1 || status=$?
  [ "$status" -eq 1 ] || { echo "$sample, nothing listens: status $status, not 1"; exit 1; }
done
