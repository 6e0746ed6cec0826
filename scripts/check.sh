#!/bin/sh
# Everything that is checked without running a test: format, lint, types, imports, migrations, texts.
# Every check runs, whatever the ones before it found.
. "$(dirname "$0")/common.sh"

scripts/system_packages.sh test
scripts/environment.sh test
use_scratch_data
PATH="$PWD/.venv/bin:$PATH"
packages="crcaudit engagements audits reports"

failed=0
check() { step "$@" || failed=$((failed + 1)); }

djade_check() {
    # shellcheck disable=SC2086  # a list of words
    find $packages -name '*.html' -path '*/templates/*' -print0 |
        xargs -0 -r djade --check --target-version 5.2
}

check_deployment() {
    CRC_HTTPS=True CRC_ALLOWED_HOSTS=audit.example CRC_SECRET_KEY="$(head -c 48 /dev/urandom | base64)" \
        python manage.py check --deploy --fail-level WARNING
}

check ruff format --check .
check ruff check .
check djade_check
# shellcheck disable=SC2086
{
    check djlint --lint --quiet $packages
    check mypy $packages scripts
    check lint-imports
    check deptry $packages
}
check python -m scripts.check_files
check python manage.py check --fail-level WARNING
check check_deployment
check python manage.py makemigrations --check --dry-run
check python -m scripts.check_catalogues
[ "$failed" -eq 0 ] || die "Contrôles en échec : $failed."
