#!/bin/sh
# Serve the site as it is, with the data that is there. PORT=8001 changes the port.
. "$(dirname "$0")/common.sh"

scripts/system_packages.sh demo
scripts/environment.sh demo
.venv/tools/bin/python -m scripts.compile_catalogues
.venv/bin/python manage.py migrate --verbosity 0
exec .venv/bin/python manage.py serve --port "${PORT:-8000}"
