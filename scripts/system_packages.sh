#!/bin/sh
# Name, in one line, the Debian packages that are missing for "$1" (demo, test or services);
# install them when run as root. What is tested is what works, not what dpkg knows:
# a library of another origin will do.
. "$(dirname "$0")/common.sh"

purpose=${1:?"demo, test or services"}

missing=
need() { missing="${missing:+$missing }$1"; }

has_command() { command -v "$1" >/dev/null 2>&1; }

has_library() { "$python" -c 'import ctypes, sys; ctypes.CDLL(sys.argv[1])' "$1" >/dev/null 2>&1; }

python=$(find_python)
[ -x .venv/tools/bin/uv ] || can_make_environments "$python" || need python3-venv
has_library libpangoft2-1.0.so.0 || need libpangoft2-1.0-0
has_library libharfbuzz-subset.so.0 || need libharfbuzz-subset0
has_library libmagic.so.1 || need libmagic1
if [ "$purpose" != demo ]; then
    has_command chromium || need chromium
    has_command pdftoppm || need poppler-utils
    has_command soffice || need libreoffice-calc
fi
if [ "$purpose" = services ]; then
    ls /usr/lib/postgresql/*/bin/initdb /usr/bin/pg_virtualenv >/dev/null 2>&1 || need postgresql
    has_command redis-server || need redis-server
fi
[ -n "$missing" ] || exit 0

if [ "$(id -u)" -ne 0 ] || ! has_command apt-get; then
    die "Paquets système manquants, à installer puis relancer :" \
        "sudo apt-get install --no-install-recommends $missing"
fi

say "Paquets système manquants, installés maintenant : $missing"
export DEBIAN_FRONTEND=noninteractive
install_packages() {
    # shellcheck disable=SC2086  # a list of words
    apt-get install -y -qq --no-install-recommends $missing </dev/null >"$log" 2>&1
}
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# A list of packages that is absent or old is refreshed, then the same is tried once more.
install_packages || {
    apt-get update -qq >>"$log" 2>&1 && install_packages
} || {
    cat "$log" >&2
    die "L'installation a échoué ; à la main :" \
        "apt-get update && apt-get install --no-install-recommends $missing"
}
