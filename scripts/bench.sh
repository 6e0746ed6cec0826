#!/bin/sh
# Measure the goals of performance, each beside its reference in the same run. On SQLite, or with
# "services" as "$1" on a PostgreSQL started for the run; then the names of the measures, else all.
. "$(dirname "$0")/common.sh"

if [ "${1:-}" = services ]; then
    shift
    scripts/system_packages.sh services
    unset PGPORT PGHOST PGUSER PGPASSWORD PGDATABASE
    # Durable, as in production: writers wait for the disk there too.
    exec pg_virtualenv -t -i "--encoding=UTF8 --locale=C.UTF-8" -o fsync=on \
        -o log_min_messages=fatal scripts/bench.sh inside "$@"
fi

scripts/system_packages.sh demo
scripts/environment.sh test
.venv/tools/bin/python -m scripts.compile_catalogues
use_scratch_data
if [ "${1:-}" = inside ]; then
    shift
    # shellcheck disable=SC2154  # PG* are set by pg_virtualenv
    export DATABASE_URL="postgres://$PGUSER:$PGPASSWORD@$PGHOST:$PGPORT/$PGDATABASE"
    say "PostgreSQL $PGVERSION"
fi
.venv/bin/python -m tests.bench "$@"
