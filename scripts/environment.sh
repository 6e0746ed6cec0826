#!/bin/sh
# Make or refresh .venv from uv.lock: "$1" is demo (what the application runs on) or test
# (development tools too). Does nothing, at once, while the lock file has not changed.
. "$(dirname "$0")/common.sh"

level=${1:?"demo or test"}
tools=.venv/tools

fingerprint=$(cat pyproject.toml uv.lock scripts/tools.txt | sha256sum | cut -d ' ' -f 1)

# True when the stamp of level "$1" was left by this very lock file.
is_current() { [ "$(cat ".venv/.synced-$1" 2>/dev/null)" = "$fingerprint" ]; }

if .venv/bin/python -c '' >/dev/null 2>&1; then
    if is_current test || is_current "$level"; then
        exit 0
    fi
else
    python=$(find_python)
    say "Environnement : .venv créé avec $("$python" --version)."
    "$python" -m venv --without-pip .venv
fi

# uv and Babel live apart from the application: neither may weigh on what is deployed.
if ! cmp -s scripts/tools.txt "$tools/installed.txt" || ! "$tools/bin/uv" --version >/dev/null 2>&1; then
    python=$(find_python)
    "$python" -m venv --clear "$tools"
    "$tools/bin/python" -m pip install --quiet --disable-pip-version-check --no-input \
        --require-hashes -r scripts/tools.txt
    cp scripts/tools.txt "$tools/installed.txt"
fi

say "Environnement : dépendances installées d'après uv.lock…"
if [ "$level" = test ]; then
    set -- --all-groups
else
    # --inexact: a demonstration must not take a developer's tools away.
    set -- --no-dev --inexact
fi
synchronise() {
    UV_PROJECT_ENVIRONMENT=.venv UV_PYTHON_DOWNLOADS=never \
        "$tools/bin/uv" sync --quiet --locked --python .venv/bin/python "$@"
}
# A download that breaks off, or a crash of the tool, is met once without a word too many.
synchronise "$@" || {
    say "Environnement : second essai…"
    synchronise "$@"
}
say "$fingerprint" >".venv/.synced-$level"
