#!/usr/bin/env bash
# documentation_test.sh: runs each ```sh block of the documentation against the demo partnerd that
# with_partnerd.sh started, and compares what it prints with the ```json or ```http block that follows, if
# one does before the next ```sh. Blanks do not count in JSON; a header line that ends in … is compared up
# to there. The README's C++ program must be the one that tests/consumer builds, and what docs/sdk.md
# shows must stand in sdk/samples/guide.cpp.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
# What commands keep is not to be kept with whoever runs the tests.
export HOME=$scratch/home
unset XDG_CONFIG_HOME XDG_STATE_HOME
mkdir "$HOME"
cd "$HOME"

# The documentation's names become those of this run.
here() {
  sed -e "s|build/release/bin/|$PARTNERD_BIN/|g" -e "s|http://127.0.0.1:8080|$PARTNERD_URL|g" \
    -e "s|demo-data|$PARTNERD_DATA|g"
}
squeezed() { tr -d ' \r\n'; }

# check KIND EXPECTED ACTUAL
check() {
  if [ "$1" = json ]; then
    diff <(squeezed <"$2") <(squeezed <"$3")
    return
  fi
  while IFS= read -r line && [ -n "$line" ]; do
    pattern=${line%…}
    if [ "$pattern" = "$line" ]; then
      tr -d '\r' <"$3" | grep -qxF -- "$line" || { echo "missing: $line"; return 1; }
    else
      tr -d '\r' <"$3" | grep -qF -- "$pattern" || { echo "missing: $pattern"; return 1; }
    fi
  done <"$2"
  diff <(sed '1,/^$/d' "$2" | squeezed) <(tr -d '\r' <"$3" | sed '1,/^$/d' | squeezed)
}

ran=0
for page in "$root"/README.md "$root"/docs/*.md "$root"/docs/reference/*.md; do
  rm -f "$scratch"/block.*
  awk -v prefix="$scratch/block." '
    /^```[a-z]+$/ { file = sprintf("%s%03d.%s", prefix, ++count, substr($0, 4)); printf "" >file; next }
    /^```$/ { file = ""; next }
    file != "" { print >file }' "$page"
  last=
  for block in "$scratch"/block.*; do
    [ -e "$block" ] || continue
    kind=${block##*.}
    case $kind in
      sh)
        last=$scratch/output
        here <"$block" >"$scratch/commands"
        bash -euo pipefail "$scratch/commands" >"$last" </dev/null ||
          { echo "${page#"$root"/}: this failed:"; cat "$block"; exit 1; }
        ran=$((ran + 1))
        ;;
      json | http)
        [ -n "$last" ] || continue
        check "$kind" "$block" "$last" ||
          { echo "${page#"$root"/}: the answer is not the one shown:"; cat "$last"; exit 1; }
        last=
        ;;
    esac
  done
done
[ "$ran" -ge 4 ] || { echo "only $ran blocks were found"; exit 1; }

awk '/^```cpp$/ { on = 1; next } /^```$/ { on = 0 } on' "$root/README.md" |
  diff - <(sed 1,2d "$root/tests/consumer/main.cpp") ||
  { echo "README.md: the program is not tests/consumer/main.cpp"; exit 1; }

# Each piece of C++ in the guide is a piece of its sample, but for the indentation.
python3 - "$root/docs/sdk.md" "$root/sdk/samples/guide.cpp" <<'END'
import re, sys
page, sample = (open(name, encoding="utf-8").read() for name in sys.argv[1:])
squeezed = lambda text: "".join(text.split())
pieces = re.findall(r"^```cpp\n(.*?)^```$", page, re.M | re.S)
assert len(pieces) > 5, "the guide has no code"
for piece in pieces:
    if squeezed(piece) not in squeezed(sample):
        sys.exit(f"docs/sdk.md: this is not in the sample:\n{piece}")
END
echo "ran $ran blocks"
