#!/usr/bin/env bash
# The code of docs/sdk.md against the demo partnerd that with_partnerd.sh started: what it prints, what its log
# and its trace say, and that neither has a token.
set -euo pipefail
customer=6f1c9a52-3d0e-4b7c-9c11-5a2e8d40b7f3
said=$(mktemp)
trap 'rm -f "$said"' EXIT

diff - <("$PARTNERD_BIN/guide" --demo-file "$PARTNERD_DEMO_FILE" --customer "$customer" 2>"$said") <<END
Guide
-----
Tidewater Cooperative
$customer
END
url=$PARTNERD_URL/v1/customers/$customer/profiles/billing
grep -qE "^GET $url 200 [0-9]+ us [0-9a-f-]{36}$" "$said"
grep -qE "^PUT $url 200 " "$said"
grep -qx "> GET $url" "$said"
grep -qE '^< 200 after [0-9]+ ms$' "$said"
for hidden in eyJ Tidewater invoices@; do
  if grep -F "$hidden" "$said"; then echo "the log or the trace shows too much"; exit 1; fi
done
