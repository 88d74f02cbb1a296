#!/usr/bin/env bash
# The console test app against the demo partnerd that with_partnerd.sh started: every scenario, for every sample
# partner and so in all three clouds, called by the application and by a person; the menu; how it ends.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
app=$PARTNERD_BIN/console_test_app
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# A scenario for each operation of the contract, which has a second name where it has a second address.
"$app" list | cut -d ' ' -f 3 | sort -u >"$scratch/shown"
grep -o '"operationId": *"[^"]*"' "$here/../docs/openapi.json" | cut -d '"' -f 4 |
  sed 's/_also_here$//' | sort -u | diff - "$scratch/shown"

partners=$(grep -oE '"domain":"[^"]*"' "$PARTNERD_DEMO_FILE" | cut -d '"' -f 4)
[ "$(wc -l <<<"$partners")" -eq 5 ]
for partner in $partners; do
  (umask 077; python3 "$here/support/sign_in.py" "$PARTNERD_DEMO_FILE" "$partner" >"$scratch/$partner")
  "$app" all --as both --demo-file "$PARTNERD_DEMO_FILE" --partner "$partner" \
    --refresh-token-file "$scratch/$partner" >"$scratch/output" ||
    { echo "$partner:"; cat "$scratch/output"; exit 1; }
  echo "$partner: $(grep -c ': done$' "$scratch/output") done," \
    "$(grep -c ': not for this partner' "$scratch/output" || true) not there" | tee -a "$scratch/counts"
done
diff "$scratch/counts" - <<'END'
lumenpartner.onmicrosoft.com: 42 done, 1 not there
brindlequay.onmicrosoft.com: 42 done, 1 not there
lumensandbox.onmicrosoft.com: 44 done, 0 not there
qingshiqiao.partner.onmschina.cn: 35 done, 6 not there
graniteferry.onmicrosoft.us: 39 done, 3 not there
END

# It shows what it did and the exchange, without the token.
name=get_customer_billing_profile
shown=$("$app" "$name" --demo-file "$PARTNERD_DEMO_FILE")
grep -qx 'company_name: Tidewater Cooperative' <<<"$shown"
grep -q "GET $PARTNERD_URL/v1/customers/" <<<"$shown"
if grep -q eyJ <<<"$shown"; then echo "it shows a token"; exit 1; fi
"$app" "$name" --quiet --demo-file "$PARTNERD_DEMO_FILE" >"$scratch/quiet"
if grep -q 'GET ' "$scratch/quiet"; then echo "it is not quiet"; exit 1; fi

# The menu takes numbers and names.
printf '1\nsearch_customers_by_name\n\n' | "$app" --quiet --demo-file "$PARTNERD_DEMO_FILE" >"$scratch/menu"
[ "$(grep -c ': done$' "$scratch/menu")" -eq 2 ]

expect() { # status arguments…
  local wanted=$1 status=0
  shift
  "$app" "$@" --demo-file "$PARTNERD_DEMO_FILE" >/dev/null 2>&1 || status=$?
  [ "$status" -eq "$wanted" ] || { echo "$*: status $status, not $wanted"; exit 1; }
}
expect 2 no_such_scenario
expect 2 all --as nobody
expect 2 "$name" --partner nobody.example
expect 3 "$name" get_customer_by_id --customer 11111111-2222-4333-8444-555555555555
expect 1 "$name" --url http://127.0.0.1:1
echo 'not a refresh token' >"$scratch/expired"
expect 4 get_customer_company_profile --refresh-token-file "$scratch/expired"
