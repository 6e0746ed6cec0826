#!/bin/sh
# Run the tests: "$1" is sqlite, or services when the caller has set DATABASE_URL and the rest.
# Coverage is judged, and the browser driven, on SQLite; the other pass runs the same tests, less
# those that meet neither database nor broker.
. "$(dirname "$0")/common.sh"

PATH="$PWD/.venv/bin:$PATH"
.venv/tools/bin/python -m scripts.compile_catalogues
if [ "${1:?"sqlite or services"}" = sqlite ]; then
    use_scratch_data
    step pytest -n 2 -q --cov --cov-report=term
    step pytest -m browser -q
else
    step pytest -n 2 -q --services
fi
