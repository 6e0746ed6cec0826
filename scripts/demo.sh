#!/bin/sh
# Everything from a bare machine to three PDF reports and a running site. SERVE=0 stops before serving.
. "$(dirname "$0")/common.sh"

scripts/system_packages.sh demo
scripts/environment.sh demo
.venv/tools/bin/python -m scripts.compile_catalogues
if [ "${SERVE:-1}" = 0 ]; then
    exec .venv/bin/python manage.py demo
fi
exec .venv/bin/python manage.py demo --serve
