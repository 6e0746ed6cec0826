#!/bin/sh
# The same tests on PostgreSQL, with Redis as broker and cache: both are started for this run
# alone, on free ports, and gone after it. No server of the machine is touched.
. "$(dirname "$0")/common.sh"

if [ "${1:-}" != inside ]; then
    scripts/system_packages.sh services
    scripts/environment.sh test
    unset PGPORT PGHOST PGUSER PGPASSWORD PGDATABASE
    # Nothing of it outlives the run, so nothing waits for the disk.
    # Constraints are broken on purpose by tests: the server need not log that.
    exec pg_virtualenv -t -i "--encoding=UTF8 --locale=C.UTF-8" -o fsync=off \
        -o synchronous_commit=off -o full_page_writes=off -o log_min_messages=fatal \
        scripts/test_services.sh inside
fi

use_scratch_data
port=$(free_port)
redis-server --bind 127.0.0.1 --port "$port" --save '' --appendonly no --dir "$scratch" \
    >"$scratch/redis.log" 2>&1 &
redis=$!
trap 'kill "$redis" 2>/dev/null || true; rm -rf "$scratch"' EXIT
tries=0
until [ "$(redis-cli -p "$port" ping 2>/dev/null)" = PONG ]; do
    tries=$((tries + 1))
    [ "$tries" -lt 100 ] || die "Redis ne démarre pas : $(cat "$scratch/redis.log")"
    sleep 0.1
done

# shellcheck disable=SC2154  # PG* are set by pg_virtualenv
export DATABASE_URL="postgres://$PGUSER:$PGPASSWORD@$PGHOST:$PGPORT/$PGDATABASE"
export REDIS_URL="redis://127.0.0.1:$port/1" CELERY_BROKER_URL="redis://127.0.0.1:$port/0"
say "PostgreSQL $PGVERSION et Redis $(redis-server --version | sed 's/.*v=\([0-9.]*\).*/\1/')"
scripts/run_tests.sh services
