#!/bin/sh
# Bring the message catalogues up to the source, then say what is left to translate.
. "$(dirname "$0")/common.sh"

scripts/environment.sh test
.venv/bin/python -m scripts.update_catalogues
.venv/bin/python -m scripts.check_catalogues
