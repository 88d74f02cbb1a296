#!/usr/bin/env bash
# write_manual.sh PARTNERCTL DIRECTORY: writes the manual pages that partnerctl makes of its own words.
# SPDX-License-Identifier: MIT
set -euo pipefail
mkdir -p "$2"
for command in $("$1" __complete -- "" | cut -f 1); do
  "$1" __manual "$command" >"$2/partnerctl-$command.1"
done
"$1" __manual >"$2/partnerctl.1"
