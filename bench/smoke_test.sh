#!/usr/bin/env bash
# smoke_test.sh PARTNERD: one tiny round of bench/load.py without Fastify, which has to come through and to write every
# figure. Which ones are met is not asked: the machine is busy with other tests.
set -euo pipefail
out=$(mktemp -d "${TMPDIR:-/tmp}/partnerd-bench.XXXXXX")
trap 'rm -rf "$out"' EXIT

BENCH_ROUNDS=1 BENCH_SECONDS=1 BENCH_WARM_UP=0 BENCH_CUSTOMERS=2000 BENCH_TOKENS=100 BENCH_IDLE=200 BENCH_REQUESTS=10000 \
  python3 -B "$(dirname "$0")/load.py" --partnerd "$1" --out "$out" --markdown "$out/results.md" \
  main_job flood pages start memory

python3 - "$out/results.json" <<'END'
import json, sys
results = json.load(open(sys.argv[1]))
scenarios = {name: set(rounds) for name, rounds in results["scenarios"].items()}
both = {"nginx", "partnerd"}
assert scenarios == {"one hot customer": both, "a mix of 2,000": both, "uniform over 2,000": both,
                     "good callers": {"alone", "beside forged tokens (CPU of both)"},
                     "pages of 100": {"profiles", "pages"}}, scenarios
assert len(results["figures"]) == 15, results["figures"]
assert all(figure["value"] is not None for figure in results["figures"]), results["figures"]
assert results["machine"]["nginx"] and results["settings"]["rounds"] == 1, results
END
grep -q '^| one hot customer: rate, of nginx.s ' "$out/results.md"
