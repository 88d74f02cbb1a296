#!/usr/bin/env bash
# The console sample against the demo partnerd that with_partnerd.sh started: what it prints, how it ends.
set -euo pipefail
sample=$PARTNERD_BIN/get_customer_billing_profile
customer=6f1c9a52-3d0e-4b7c-9c11-5a2e8d40b7f3

"$sample" --demo-file "$PARTNERD_DEMO_FILE" --customer "$customer" | diff - <(cat <<'END'
Get customer billing profile
----------------------------
First name: 
Last name: 
Company name: Tidewater Cooperative
Culture: en-US
Email: ap@tidewater-coop.example
Id: 9a3e6b1d-7c42-5f08-a1d9-04c6e2b87f55
Language: en
Phone Number: 
Country: US
City: Astoria
Address Line: 410 Pier Road
END
)

expect() { # status arguments…
  local wanted=$1 status=0
  shift
  "$sample" --demo-file "$PARTNERD_DEMO_FILE" "$@" >/dev/null 2>&1 || status=$?
  [ "$status" -eq "$wanted" ] || { echo "$*: status $status, not $wanted"; exit 1; }
}
expect 7 --customer contoso
expect 3 --customer 11111111-2222-4333-8444-555555555555
expect 2 --no-such-flag
expect 1 --url http://127.0.0.1:1 --customer "$customer"

# The trace shows the exchange and neither the token nor the secret.
trace=$("$sample" --trace --demo-file "$PARTNERD_DEMO_FILE" --customer "$customer" 2>&1)
secret=$(grep -o '"clientSecret":"[^"]*"' "$PARTNERD_DEMO_FILE" | head -n 1 | cut -d '"' -f 4)
grep -q "GET $PARTNERD_URL/v1/customers/$customer/profiles/billing" <<<"$trace"
grep -q '"companyName":"Tidewater Cooperative"' <<<"$trace"
for hidden in "$secret" eyJ; do
  if grep -qF "$hidden" <<<"$trace"; then echo "the trace shows a secret"; exit 1; fi
done
