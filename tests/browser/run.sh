#!/usr/bin/env bash
# run.sh PARTNERD NODE_MODULES: the tests in a browser, against this program. Installs what they need at their first run.
# SPDX-License-Identifier: MIT
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
"$here/../../scripts/npm_install" "$here" "$2"
cd "$2"
PARTNERD=$1 exec node --test "$2"/*.test.js
