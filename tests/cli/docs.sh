#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# docs/artifacts.md says what the program says.
set -euo pipefail
made=$(mktemp)
trap 'rm -f "$made"' EXIT
"$2/script/docs" "$1" "$made"
diff -u "$2/docs/artifacts.md" "$made" || { echo "run script/docs" >&2; exit 1; }
