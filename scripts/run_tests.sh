#!/bin/sh
# Run the tests: "$1" is sqlite, or services when the caller has set DATABASE_URL and the rest.
# Coverage is judged on SQLite; the other pass runs the same tests, less those that meet neither
# database nor broker.
. "$(dirname "$0")/common.sh"

PATH="$PWD/.venv/bin:$PATH"
.venv/tools/bin/python -m scripts.compile_catalogues
if [ "${1:?"sqlite or services"}" = sqlite ]; then
    use_scratch_data
    # Following every line costs as much again: long tests, properties and those of the project as
    # a whole pass where others have been, untraced.
    apart="long or hypothesis or whole"
    step pytest -n 2 --dist loadgroup -q -m "not browser and not ($apart)" --cov --cov-report=term
    step pytest -n 2 --dist loadgroup -q -m "not browser and ($apart)"
    step pytest -n 2 --dist loadgroup -q -m browser
else
    step pytest -n 2 --dist loadgroup -q --services
    step pytest -n 2 --dist loadgroup -q --services -m browser
fi
