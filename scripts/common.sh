# Read by every script beside this one: `. "$(dirname "$0")/common.sh"`. POSIX sh.
# It goes to the top of the repository and makes what follows independent of the caller's shell.
# shellcheck shell=sh
set -eu
# shellcheck disable=SC1007  # CDPATH= on purpose: cd must print nothing
CDPATH= cd -- "$(dirname -- "$0")/.."
unset VIRTUAL_ENV PYTHONHOME

# pip, uv, fontconfig and Chromium each keep a cache under HOME; without one they warn or stop.
if [ -z "${HOME:-}" ] || [ ! -d "$HOME" ] || [ ! -w "$HOME" ]; then
    HOME="$PWD/.venv/home"
    mkdir -p "$HOME"
    export HOME
    unset XDG_CACHE_HOME XDG_CONFIG_HOME XDG_DATA_HOME
fi

say() { printf '%s\n' "$*"; }

die() {
    printf '%s\n' "$*" >&2
    exit 1
}

# True when "$1" runs and is Python 3.11 or later (a pyenv shim may exist and not run).
is_recent_python() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

# True when "$1" can make an environment with pip in it (Debian splits this off: python3-venv).
can_make_environments() {
    "$1" -c 'import venv, ensurepip' >/dev/null 2>&1
}

# Print the Python to build with: a recent one that can make environments, else a recent one.
find_python() {
    found=
    for candidate in ${PYTHON:-} python3 /usr/bin/python3 python3.13 python3.12 python3.11; do
        is_recent_python "$candidate" || continue
        if can_make_environments "$candidate"; then
            say "$candidate"
            return
        fi
        found=${found:-$candidate}
    done
    if [ -z "$found" ]; then
        found=$(python3 --version 2>&1) || found="aucun Python utilisable"
        die "CRC Audit demande Python 3.11 ou plus récent ; cette machine a : $found." \
            "Installez-en un, puis relancez avec PYTHON=/chemin/vers/python3.11."
    fi
    say "$found"
}

# Print a free TCP port of 127.0.0.1.
free_port() {
    .venv/bin/python -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# Keep the data of a check or a test away from the data that a user entered: SQLite, no services.
use_scratch_data() {
    scratch=$(mktemp -d)
    trap 'rm -rf "$scratch"' EXIT
    trap 'exit 130' INT TERM
    export CRC_DATA_DIR="$scratch/data" DATABASE_URL="sqlite:///$scratch/data/crcaudit.sqlite3"
    export REDIS_URL='' CELERY_BROKER_URL=memory://
}

# Run a command under its own heading.
step() {
    printf '\n── %s\n' "$*"
    "$@"
}
