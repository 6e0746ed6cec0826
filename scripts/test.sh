#!/bin/sh
# Every check and every test, on SQLite: what a change must pass before it is proposed.
. "$(dirname "$0")/common.sh"

scripts/check.sh
scripts/run_tests.sh sqlite

if command -v pg_virtualenv >/dev/null 2>&1 && command -v redis-server >/dev/null 2>&1; then
    say "PostgreSQL et Redis sont installés : « make test-services » refait ces essais avec eux."
else
    say "PostgreSQL et Redis ne sont pas installés : les essais avec eux n'ont pas été faits" \
        "(« make test-services » les installe ; l'intégration continue les fait toujours)."
fi
