#!/bin/sh
# Format Python and templates, and mend what the linter can mend by itself.
. "$(dirname "$0")/common.sh"

scripts/environment.sh test
PATH="$PWD/.venv/bin:$PATH"
ruff check --quiet --fix . || true # what is left is told by make check
ruff format .
find crcaudit engagements audits reports -name '*.html' -path '*/templates/*' -print0 |
    xargs -0 djade --target-version 5.2 || true # djade exits 1 when it changed a file
